import type { TaskContext, TaskRun } from '#gpu/tasks/task-handler.ts'
import type { MadeClip } from '#lib/contracts/tasks/render.ts'
import { type SourceTimes, tickSeconds } from '#lib/core/render/time-map.ts'
import type { PlannedFile, RenderPlan } from './plan-render.ts'
import type { VerifiedFile } from './verify-rendered.ts'

export interface WrittenFile {
  readonly file: PlannedFile
  readonly ticks: readonly bigint[]
}

/** Where each clip went; `null` when nothing was cut. */
export function madeClips({ files, times, request }: RenderPlan): MadeClip[] | null {
  if (request.clips === undefined) return null
  return files.flatMap(({ name, clips = [] }) =>
    clips.map(({ clip, startFrame, endFrame, startTick, endTick, outputTick }) => ({
      output: name,
      label: clip.label,
      rating: clip.rating ?? null,
      start_frame: startFrame,
      end_frame: endFrame,
      start_time: tickSeconds(times, outputTick),
      end_time: tickSeconds(times, outputTick + endTick - startTick),
    })),
  )
}

/** What was counted while rendering and found by decoding the results, over all files. */
export function renderStats(
  plan: RenderPlan,
  { backend }: TaskContext,
  written: readonly WrittenFile[],
  verified: readonly VerifiedFile[],
): TaskRun['stats'] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const frames = sum(written.map(({ ticks }) => ticks.length))
  const sound = plan.probe.audio === undefined ? null : sum(verified.map(({ audioS }) => audioS ?? 0))
  const { probe, output, upscaler } = plan
  return {
    frames_in: frames,
    frames_out: sum(verified.map((file) => file.frames)),
    input_resolution: `${probe.width}x${probe.height}`,
    output_resolution: `${output.width}x${output.height}`,
    duration_sec: sum(written.map(({ ticks }) => spanS(plan.times, ticks, 1 / probe.video.fps))),
    video_sec: sum(verified.map((file) => file.videoS)),
    audio_sec: sound,
    device: upscaler === undefined ? 'cpu' : backend.provider,
    ...(upscaler === undefined ? {} : { model: upscaler.name, model_sha256: upscaler.network.sha256 }),
    encoder: plan.encoder,
  }
}

/** From the first frame's start to the last one's end; the last lasts as long as frames do on average. */
export function spanS(times: SourceTimes, ticks: readonly bigint[], lastS: number): number {
  const [first, last] = [ticks[0], ticks.at(-1)]
  return first === undefined || last === undefined ? 0 : tickSeconds(times, last - first) + lastS
}
