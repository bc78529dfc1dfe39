import type { FrameDetections } from './types.ts'

/** More frames than this in a row without an entry are a hole in the numbering, not frames without detections. */
const LONGEST_HOLE = 1000

/**
 * One entry for every frame, times rising: frames left out of the list are put in, empty, at times in between, and a time that does
 * not rise is moved to half a frame after the one before.
 */
export function normaliseFrames(frames: Iterable<FrameDetections>, fps: number): FrameDetections[] {
  const list: FrameDetections[] = []
  for (const next of frames) {
    const before = list.at(-1)
    if (before === undefined) {
      list.push(next)
      continue
    }
    const timeS = next.timeS > before.timeS ? next.timeS : before.timeS + 0.5 / fps
    const missing = Math.min(LONGEST_HOLE, next.frame - before.frame - 1)
    for (let index = 1; index <= missing; index++) {
      const share = index / (missing + 1)
      const time = before.timeS + share * (timeS - before.timeS)
      list.push({ frame: before.frame + index, timeS: time, detections: [] })
    }
    list.push(timeS === next.timeS ? next : { ...next, timeS })
  }
  return list
}
