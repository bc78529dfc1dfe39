import { AppError } from '#lib/contracts/errors.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'

/** A clip that begins after the video ends shows nothing: the worker would refuse it, after the wait for a GPU. */
export function refuseClipsBeyond({ task, params }: TaskRequest, facts: MediaFacts): void {
  if (task !== 'annotate' && task !== 'export') return
  const index = (params.clips ?? []).findIndex((clip) => clip.start_time >= facts.duration_s)
  if (index < 0) return
  const message = `Clip ${index + 1} begins after the video ends (${facts.duration_s.toFixed(2)} s).`
  throw new AppError('clip_out_of_range', message, { field: `params.clips.${index}.start_time` })
}
