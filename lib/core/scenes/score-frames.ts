import type { DetectScenesParams } from '#lib/contracts/tasks/detect-scenes.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import { findFades } from './find-fades.ts'
import type { FrameChanges } from './watch-changes.ts'

/** Change that gets the score 30: where composed videos with known cuts are told apart best. */
const DECISION = { content: 1.06, adaptive: 1 } as const
const LARGEST = 2
const DEFAULT_SCORE = 30
const FADE_SCORE = 60
/** Frames on either side that say how restless the neighbourhood is, and how much of that is taken off. */
const NEIGHBOURS = 3
const RESTLESSNESS = 0.5

type Detector = DetectScenesParams['detector']

/**
 * A score from 0 to 100 for every frame, of a new scene beginning with it. `content` takes each change as it is; `adaptive` takes off what
 * the frames around it change as well, so that fast pans and noise do not add up. Fades score once, in their middle.
 */
export function scoreFrames(changes: FrameChanges, fps: number, detector: Detector): number[] {
  const decision = DECISION[detector]
  const exponent = Math.log(100 / DEFAULT_SCORE) / Math.log(LARGEST / decision)
  const scores = Array.from(changes.lasting, (lasting, index) => {
    const change = Math.max(0, lasting - restlessness(changes.structure, index, detector))
    return round(100 * (Math.min(LARGEST, change) / LARGEST) ** exponent)
  })
  const fades = findFades(changes, fps)
  for (const { from, to } of fades) scores.fill(0, Math.max(0, from), to + 1)
  for (const { middle } of fades) if (middle !== undefined) scores[middle] = FADE_SCORE
  return scores
}

function restlessness(structure: Float32Array, index: number, detector: Detector): number {
  switch (detector) {
    case 'content':
      return 0
    case 'adaptive': {
      let [sum, count] = [0, 0]
      for (let offset = 1; offset <= NEIGHBOURS; offset++) {
        for (const neighbour of [structure[index - offset], structure[index + offset]]) {
          if (neighbour === undefined) continue
          sum += neighbour
          count += 1
        }
      }
      return count === 0 ? 0 : (RESTLESSNESS * sum) / count
    }
    default:
      return assertNever(detector)
  }
}

/** Hundredths are enough for a slider, and keep the file small. */
function round(score: number): number {
  return Math.round(score * 100) / 100
}
