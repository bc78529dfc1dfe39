import type { Moment, Track } from '#lib/contracts/tasks/track.ts'

export interface MomentOptions {
  readonly fps: number
  readonly width: number
  readonly height: number
  /** Frames of the video, tracked or not. */
  readonly frames: number
}

/** Stretches of a video worth a clip, in order of time, `[start_frame, end_frame)`: a player near the ball, or bursts of motion. */
export function findMoments(_tracks: readonly Track[], _options: MomentOptions): Moment[] {
  throw new Error('not written yet')
}
