import { codecName } from '#app/_components/asset/describe-facts.ts'
import { MODELS } from '#app/_components/upscale/models.ts'
import { UpscaleParams } from '#lib/contracts/tasks/upscale.ts'

/** "4× · Reel standard · H.264", or nothing for settings of a time we no longer know. */
export function describeParams(params: Record<string, unknown>): string {
  const parsed = UpscaleParams.safeParse(params)
  if (!parsed.success) return ''
  const { scale, model, codec, max_height } = parsed.data
  const limit = max_height ? ` · max. ${max_height} lines` : ''
  return `${scale}× · ${MODELS[model].label} · ${codecName(codec)}${limit}`
}
