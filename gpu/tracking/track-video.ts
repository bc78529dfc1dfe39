import type { TaskContext, TaskRun } from '#gpu/tasks/task-handler.ts'
import type { TrackParams, TracksFile } from '#lib/contracts/tasks/track.ts'
import { followInThread } from './follow-in-thread.ts'
import { LOW_SCORE, planTrack } from './plan-track.ts'
import { watchVideo } from './watch-video.ts'

const FOLLOWING = { stage: 'process', percent: 86, fps: 0, message: 'Following them' } as const

/** Follows people and ball through the whole video. Used by the `track` task, and by auto_crop when nobody gave it tracks. */
export async function trackVideo(
  params: TrackParams,
  context: TaskContext,
): Promise<{ file: TracksFile; stats: TaskRun['stats'] }> {
  const plan = await planTrack(params, context)
  const { log, frames, durationS } = await watchVideo(plan, params, context)
  const { probe, network } = plan
  const { width, height } = probe
  const { fps } = probe.video
  const camera = log.shiftsAt(width / 2, height / 2)
  const { tracks, moments } = await followInThread(
    log.pack(),
    {
      algorithm: params.track_algorithm,
      fps,
      width,
      height,
      newTrackScore: params.confidence_threshold,
      lowScore: LOW_SCORE,
    },
    context.signal,
    () => context.onProgress({ ...FOLLOWING, frame: frames, framesTotal: frames }),
  )
  const file: TracksFile = {
    width,
    height,
    fps,
    frames,
    tracks,
    unique_tracks: tracks.length,
    moments,
    model: network?.model.name ?? 'motion',
    motion_only: network === undefined,
    camera,
  }
  const resolution = `${width}x${height}`
  return {
    file,
    stats: {
      frames_in: frames,
      frames_out: 0,
      input_resolution: resolution,
      output_resolution: resolution,
      duration_sec: durationS,
      video_sec: 0,
      audio_sec: null,
      device: context.backend.provider,
      model: file.model,
      ...(network ? { model_sha256: network.sha256 } : {}),
    },
  }
}
