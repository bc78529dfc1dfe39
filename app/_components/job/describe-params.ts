import { codecName } from '#app/_components/asset/describe-facts.ts'
import { MODELS } from '#app/_components/upscale/models.ts'
import { TASKS, type TaskName } from '#lib/contracts/tasks/index.ts'
import { UpscaleParams } from '#lib/contracts/tasks/upscale.ts'

/** "Upscale · 4× · Reel standard · H.264", "Track"; the task alone for settings of a time we no longer know. */
export function describeJob({ task, params }: { task: TaskName; params: Record<string, unknown> }): string {
  const { label } = TASKS[task]
  const parsed = task === 'upscale' ? UpscaleParams.safeParse(params) : undefined
  if (!parsed?.success) return label
  const { scale, model, codec, max_height } = parsed.data
  const limit = max_height ? ` · max. ${max_height} lines` : ''
  return `${label} · ${scale}× · ${MODELS[model].label} · ${codecName(codec)}${limit}`
}
