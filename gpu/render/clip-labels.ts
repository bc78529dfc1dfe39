import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import type { Label } from '#lib/core/render/compositor.ts'
import { type MappedClip, type SourceTimes, tickSeconds } from '#lib/core/render/time-map.ts'
import { drawLabels } from './draw-labels.ts'
import { fadeLabel } from './fade-label.ts'
import type { RenderPlan } from './plan-render.ts'

export type ClipLabels = ReadonlyMap<MappedClip, Label>

/** A label for every clip; none unless they are to be burned in. */
export async function clipLabels(plan: RenderPlan, { workDir, signal }: TaskContext): Promise<ClipLabels> {
  if (!plan.request.clips?.burnLabels) return new Map()
  const clips = plan.files.flatMap((file) => file.clips ?? [])
  const texts = clips.map(({ clip }) => clip)
  const { width, height } = plan.composed
  // Drawn at the size they are laid over: after the network, where there is one.
  const scale = plan.upscaler?.network.scale ?? 1
  const size = { width: width * scale, height: height * scale }
  const drawn = await drawLabels(texts, size, plan.colour.yuv, { workDir, limits: plan.tools, signal })
  return new Map(clips.flatMap((clip, index) => (drawn[index] ? [[clip, drawn[index]] as const] : [])))
}

/** What of its clip's label a frame shows, `tick` being the frame's time in the output. */
export function labelOf(
  clip: MappedClip | undefined,
  labels: ClipLabels,
  times: SourceTimes,
  tick: bigint,
): Label | undefined {
  const label = clip && labels.get(clip)
  if (clip === undefined || label === undefined) return undefined
  const since = tick - clip.outputTick
  const until = clip.endTick - clip.startTick - since
  return fadeLabel(label, tickSeconds(times, since), tickSeconds(times, until))
}
