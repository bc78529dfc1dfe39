import type { DetectScenesParams } from '#lib/contracts/tasks/detect-scenes.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import { findFades } from './find-fades.ts'
import { restlessness } from './restlessness.ts'
import type { FrameChanges, FrameLevels } from './watch-changes.ts'

/** Change that gets the score 30: where composed videos with known cuts are told apart best. */
const DECISION = { content: 1.01, adaptive: 0.95 } as const
const LARGEST = 2
const DEFAULT_SCORE = 30
const FADE_SCORE = 60
type Detector = DetectScenesParams['detector']

/**
 * A score from 0 to 100 for every frame, of a new scene beginning with it. `content` takes each change as it is; `adaptive` takes off what
 * the frames around it change as well, so that fast pans and noise do not add up. Fades score once, in their middle.
 */
export function scoreFrames(changes: FrameChanges, fps: number, detector: Detector): number[] {
  return placeFades(scoreChanges(changes, detector), changes, fps)
}

/** The scores of the changes alone. */
export function scoreChanges({ lasting, structure }: FrameChanges, detector: Detector): number[] {
  const decision = DECISION[detector]
  const exponent = Math.log(100 / DEFAULT_SCORE) / Math.log(LARGEST / decision)
  return Array.from(lasting, (large, index) => {
    const change = Math.max(0, large - discount(detector, structure, index))
    return round(100 * (Math.min(LARGEST, change) / LARGEST) ** exponent)
  })
}

/** Scores in which each fade counts once, in its middle, and nothing else in it does. */
export function placeFades(scores: readonly number[], levels: FrameLevels, fps: number): number[] {
  const placed = [...scores]
  const fades = findFades(levels, fps)
  for (const { from, to } of fades) placed.fill(0, Math.max(0, from), to + 1)
  for (const { middle } of fades) if (middle !== undefined) placed[middle] = FADE_SCORE
  return placed
}

/** What the detector takes off a frame's change. */
function discount(detector: Detector, structure: Float32Array, index: number): number {
  switch (detector) {
    case 'content':
      return 0
    case 'adaptive':
      return restlessness(structure, index)
    default:
      return assertNever(detector)
  }
}

/** Hundredths are enough for a slider, and keep the file small. */
function round(score: number): number {
  return Math.round(score * 100) / 100
}
