import { type CameraPath, stabilise } from './camera-path.ts'
import type { Observation, Tracklet } from './observation.ts'
import { TUNING } from './tuning.ts'

/** The best path that ends in an observation. */
interface Step {
  readonly seen: Observation
  readonly worth: number
  /** Sum of worths along the best path that ends here. */
  total: number
  before: Step | undefined
  /** Whether the ball went from `before` to here in one path; otherwise a new path begins. */
  linked: boolean
  /** Stabilised pixels per second; 0 where not known. */
  vx: number
  vy: number
}

/**
 * The ball: one at a time. Dynamic programming over frames (Viterbi) finds the sequence of observations of highest total worth, where
 * an observation is worth its score, a step costs what its distance from where the ball was flying to says, and a jump (the ball came
 * back, or another is played) costs as much as a few observations. Overlap plays no part: a ball moves many diameters a frame. Gaps
 * are filled on the cubic through both ends and their velocities, which is the parabola when it flew.
 * @param frames observations by frame, pixels of the frame
 * @returns paths in stabilised coordinates
 */
export function followBall(
  frames: readonly (readonly Observation[])[],
  times: readonly number[],
  camera: CameraPath,
  { width, height }: { readonly width: number; readonly height: number },
): Tracklet[] {
  const stable = frames.map((seen) => seen.map((one) => stabilise(camera, one)))
  const diagonal = Math.hypot(width, height)
  return readPaths(findBest(stable, times, diagonal))
    .filter((path) => path.reduce((sum, { worth }) => sum + worth, 0) >= TUNING.ball.evidence)
    .map((path) => fillPath(path, times))
}

function findBest(
  frames: readonly (readonly Observation[])[],
  times: readonly number[],
  diagonal: number,
): Step | undefined {
  const { gapS, newPath } = TUNING.ball
  let recent: Step[] = []
  let best: Step | undefined
  frames.forEach((seen, at) => {
    const nowS = times[at] ?? 0
    recent = recent.filter(({ seen: { timeS } }) => nowS - timeS <= gapS)
    const fresh = seen.map((one) => {
      const worth = worthOf(one, frames, times)
      const jump = best === undefined ? worth : worth + Math.max(0, best.total - newPath)
      const before = best !== undefined && best.total > newPath ? best : undefined
      const step: Step = { seen: one, worth, total: jump, before, linked: false, vx: 0, vy: 0 }
      for (const candidate of recent) continuePath(step, candidate, diagonal)
      return step
    })
    recent.push(...fresh)
    for (const step of fresh) if (best === undefined || step.total > best.total) best = step
  })
  return best
}

/** Lets `step` follow `candidate` where that is the best so far. */
function continuePath(step: Step, candidate: Step, diagonal: number): void {
  const { scatter, turn, speed, perMissedS } = TUNING.ball
  const [a, b] = [candidate.seen, step.seen]
  const dt = b.timeS - a.timeS
  const isFlying = candidate.linked
  const spread = scatter * Math.max(a.width, b.width) + dt * diagonal * (isFlying ? turn : speed)
  const dx = b.x - a.x - candidate.vx * dt
  const dy = b.y - a.y - candidate.vy * dt
  const distance = (dx * dx + dy * dy) / (spread * spread)
  if (distance > 9) return
  const missedS = (dt * (b.at - a.at - 1)) / (b.at - a.at)
  const total = candidate.total + step.worth - distance / 3 - perMissedS * missedS
  if (total <= step.total) return
  step.total = total
  step.before = candidate
  step.linked = true
  step.vx = (b.x - a.x) / dt
  step.vy = (b.y - a.y) / dt
}

/** Of an observation on its own. Something ball-like that rests in one place is a spare ball, or a mark on the ground. */
function worthOf(seen: Observation, frames: readonly (readonly Observation[])[], times: readonly number[]): number {
  const { perObservation, perScore, restS, restWorth } = TUNING.ball
  const worth = perObservation + perScore * seen.score
  let resting = 0
  let around = 0
  for (const way of [-1, 1]) {
    for (let at = seen.at + way; at >= 0 && at < frames.length; at += way) {
      if (Math.abs((times[at] ?? 0) - seen.timeS) > restS) break
      around++
      const isThere = (other: Observation) =>
        Math.abs(other.x - seen.x) < seen.width / 2 && Math.abs(other.y - seen.y) < seen.height / 2
      if (frames[at]?.some(isThere)) resting++
    }
  }
  const isAtRest = around > 0 && resting > 0.6 * around
  return isAtRest ? restWorth * worth : worth
}

/** Paths in order of time, from the last step of the best sequence. */
function readPaths(last: Step | undefined): Step[][] {
  const paths: Step[][] = []
  let path: Step[] = []
  for (let step = last; step !== undefined; step = step.before) {
    path.push(step)
    if (step.linked) continue
    paths.push(path.reverse())
    path = []
  }
  return paths.reverse()
}

function fillPath(path: readonly Step[], times: readonly number[]): Tracklet {
  const tracklet: Tracklet = []
  path.forEach((step, index) => {
    const before = path[index - 1]
    if (before) {
      const exit = path[index + 1] ?? step
      for (let at = before.seen.at + 1; at < step.seen.at; at++) {
        tracklet.push(between(before, step, exit, at, times[at] ?? 0))
      }
    }
    tracklet.push(step.seen)
  })
  return tracklet
}

/** Cubic Hermite interpolation: through two observations with the velocity into the first and that out of the second. */
function between(from: Step, to: Step, exit: Step, at: number, timeS: number): Observation {
  const [a, b] = [from.seen, to.seen]
  const span = b.timeS - a.timeS
  const s = (timeS - a.timeS) / span
  const [h10, h01, h11] = [s * (1 - s) ** 2, s * s * (3 - 2 * s), s * s * (s - 1)]
  // Where a velocity is not known, that of the straight way between the two.
  const [outX, outY] = from.linked ? [from.vx, from.vy] : [to.vx, to.vy]
  const [inX, inY] = [exit.vx, exit.vy]
  const mix = (p: number, q: number) => p + (q - p) * s
  return {
    at,
    timeS,
    x: a.x + (b.x - a.x) * h01 + span * (outX * h10 + inX * h11),
    y: a.y + (b.y - a.y) * h01 + span * (outY * h10 + inY * h11),
    width: mix(a.width, b.width),
    height: mix(a.height, b.height),
    score: 0,
  }
}
