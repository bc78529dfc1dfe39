import {
  BOX_STATE_SIZE,
  createTransition,
  type MotionNoise,
  predictPair,
  setTransition,
  startPair,
  TAIL,
  type Transition,
  updatePair,
} from './kalman.ts'
import { looseness, type Observation, type Tracklet } from './observation.ts'
import { TUNING } from './tuning.ts'

type Fitted = 'centre' | 'accelerationX' | 'accelerationY' | 'memoryS'

const state = new Float64Array(BOX_STATE_SIZE)
const ahead = new Float64Array(BOX_STATE_SIZE)
const step = createTransition()
const leap = createTransition()

/**
 * The motion model that predicts these tracklets best: walkers keep their way for seconds, players turn within one, detectors
 * scatter by different amounts. Maximises the likelihood (t-distributed, so that a wrong link does not spoil it) of every
 * observation given those up to a moment before it, over steps of each parameter in turn; a prior holds short videos to the default.
 * @param place puts an observation into the coordinates in which motion is to be judged
 */
export function fitMotion(tracklets: readonly Tracklet[], place: (seen: Observation) => Observation): MotionNoise {
  const start = TUNING.motion
  const sample = takeSample(tracklets).map((tracklet) => tracklet.map(place))
  let best = start
  let least = misfit(sample, start, start)
  for (const factor of TUNING.fit.factors) {
    for (const key of ['accelerationX', 'accelerationY', 'memoryS', 'centre'] satisfies Fitted[]) {
      for (const step of [factor, 1 / factor]) {
        for (;;) {
          const changed = { ...best, [key]: best[key] * step }
          if (Math.abs(Math.log(changed[key] / start[key])) > Math.log(TUNING.fit.range)) break
          const value = misfit(sample, changed, start)
          if (value >= least) break
          least = value
          best = changed
        }
      }
    }
  }
  return best
}

/** The longest tracklets, so many observations in all as are enough to fit four numbers. */
function takeSample(tracklets: readonly Tracklet[]): Tracklet[] {
  const sorted = tracklets.filter(({ length }) => length > 5).sort((a, b) => b.length - a.length)
  const sample: Tracklet[] = []
  let count = 0
  for (const tracklet of sorted) {
    if (count > TUNING.fit.observations) break
    sample.push(tracklet.slice(0, TUNING.fit.observations / 4))
    count += Math.min(tracklet.length, TUNING.fit.observations / 4)
  }
  return sample
}

/** Minus the log-likelihood of the sample and of the parameters. */
function misfit(sample: readonly Tracklet[], noise: MotionNoise, prior: MotionNoise): number {
  let sum = 0
  for (const key of ['accelerationX', 'accelerationY', 'memoryS', 'centre'] satisfies Fitted[]) {
    sum += TUNING.fit.prior * Math.log(noise[key] / prior[key]) ** 2
  }
  for (const tracklet of sample) sum += trackletMisfit(tracklet, noise)
  return sum
}

/** Places alone; their noise goes by the sizes seen, which are not filtered here. */
function trackletMisfit(tracklet: Tracklet, noise: MotionNoise): number {
  let sum = 0
  let target = 1
  let before: Observation | undefined
  for (let index = 0; index < tracklet.length; index++) {
    const seen = tracklet[index]
    if (seen === undefined) break
    const scatter = noise.centre * looseness(seen.score)
    const [varianceX, varianceY] = [(scatter * seen.width) ** 2, (scatter * seen.height) ** 2]
    if (before === undefined) {
      const speed = (noise.startSpeed * seen.height) ** 2
      startPair(state, 0, seen.x, varianceX, speed)
      startPair(state, 5, seen.y, varianceY, speed)
    } else {
      setTransition(step, seen.timeS - before.timeS, noise)
      predictPlace(state, step, seen.height, noise)
      updatePair(state, 0, seen.x, varianceX)
      updatePair(state, 5, seen.y, varianceY)
    }
    before = seen
    // Not from the first few, which know no velocity yet; every other one is enough.
    if (index < 3 || index % 2 === 0) continue
    while (target < tracklet.length - 1 && (tracklet[target]?.timeS ?? 0) < seen.timeS + TUNING.fit.aheadS) target++
    const later = tracklet[target]
    if (later === undefined || later.timeS <= seen.timeS) continue
    setTransition(leap, later.timeS - seen.timeS, noise)
    predictPlace(ahead, leap, seen.height, noise)
    sum += surprise(later, noise)
  }
  return TUNING.fit.weight * sum
}

/** Moves `state` on, into `target`. */
function predictPlace(target: Float64Array, transition: Transition, height: number, noise: MotionNoise): void {
  predictPair(state, 0, target, 0, transition.position, (noise.accelerationX * height) ** 2)
  predictPair(state, 5, target, 5, transition.position, (noise.accelerationY * height) ** 2)
}

/** Minus the log-likelihood of an observation under `ahead`. */
function surprise(seen: Observation, noise: MotionNoise): number {
  const scatter = noise.centre * looseness(seen.score)
  const totalX = (ahead[2] ?? 0) + (scatter * seen.width) ** 2
  const totalY = (ahead[7] ?? 0) + (scatter * seen.height) ** 2
  const distanceX = (seen.x - (ahead[0] ?? 0)) ** 2 / totalX
  const distanceY = (seen.y - (ahead[5] ?? 0)) ** 2 / totalY
  return (
    0.5 * Math.log((totalX * totalY) / seen.height ** 4) +
    ((TAIL + 1) / 2) * Math.log((1 + distanceX / TAIL) * (1 + distanceY / TAIL))
  )
}
