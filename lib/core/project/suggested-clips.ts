import { MAX_CLIPS, MAX_KEPT_CLIPS, type ProjectClip } from '#lib/contracts/project.ts'
import type { Scene } from '#lib/contracts/tasks/detect-scenes.ts'
import type { Moment } from '#lib/contracts/tasks/track.ts'
import type { FrameClock } from './frame-clock.ts'

/** A clip that could be made: a scene between two cuts, or a moment something happens in. Half-open in time. */
export interface SuggestedClip {
  /** The clip's id once it is made: by its frames, so that it is known again however it was trimmed or named since. */
  readonly id: string
  readonly startS: number
  readonly endS: number
  /** Why it is worth a clip; kept as the clip's notes. */
  readonly reason?: string
  /** 0–1. */
  readonly score?: number
}

/** Scenes without the cuts before the frames in `joinedAt`: each goes on what was before it. */
export function joinScenes(scenes: readonly Scene[], joinedAt: ReadonlySet<number>): Scene[] {
  const joined: Scene[] = []
  for (const scene of scenes) {
    const before = joined.at(-1)
    if (before && joinedAt.has(scene.start_frame))
      joined[joined.length - 1] = { ...before, end_frame: scene.end_frame, end_time: scene.end_time }
    else joined.push(scene)
  }
  return joined
}

/**
 * Scenes as clips. `frames` is how many the worker saw: where the studio's clock has as many, its times count, which are those that marks
 * and seeks go by; otherwise the worker's.
 */
export function suggestScenes(scenes: readonly Scene[], frames: number, clock: FrameClock): SuggestedClip[] {
  const sameFrames = clock.exact && clock.frames === frames
  return scenes.map((scene) => ({
    id: `scene-${scene.start_frame}-${scene.end_frame}`,
    startS: sameFrames ? clock.timeOf(scene.start_frame) : Math.max(0, scene.start_time),
    endS: sameFrames ? clock.timeOf(scene.end_frame) : scene.end_time,
  }))
}

/** Moments as clips, in order of time. Those that lie behind the video's last frame are left out. */
export function suggestMoments(moments: readonly Moment[], clock: FrameClock): SuggestedClip[] {
  return moments
    .map(({ start_frame, end_frame, score, reason }) => ({
      id: `moment-${start_frame}-${end_frame}`,
      startS: clock.timeOf(start_frame),
      endS: clock.timeOf(end_frame),
      score,
      reason,
    }))
    .filter(({ startS, endS }) => endS > startS)
    .sort((a, b) => a.startS - b.startS)
}

/** Suggestions no clip was made of yet. */
export function notYetMade(suggested: readonly SuggestedClip[], clips: readonly ProjectClip[]): SuggestedClip[] {
  const made = new Set(clips.map(({ id }) => id))
  return suggested.filter(({ id }) => !made.has(id))
}

/**
 * Clips of the suggestions that none was made of yet. They are kept as far as the reel has room; `null` when the project has no room for
 * all of them.
 */
export function clipsOf(suggested: readonly SuggestedClip[], clips: readonly ProjectClip[]): ProjectClip[] | null {
  const fresh = notYetMade(suggested, clips)
  if (clips.length + fresh.length > MAX_CLIPS) return null
  const room = MAX_KEPT_CLIPS - clips.filter(({ kept }) => kept).length
  return fresh.map(({ id, startS, endS, reason }, index) => ({
    id,
    start_time: startS,
    end_time: endS,
    label: '',
    ...(reason ? { notes: reason } : {}),
    kept: index < room,
  }))
}
