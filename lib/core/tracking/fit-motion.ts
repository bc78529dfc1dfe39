import {
  BOX_STATE_SIZE,
  createTransition,
  type MotionNoise,
  predictState,
  setTransition,
  startState,
  TAIL,
  updateState,
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

function trackletMisfit(tracklet: Tracklet, noise: MotionNoise): number {
  let sum = 0
  let target = 1
  let before = 0
  tracklet.forEach((seen, index) => {
    const loose = looseness(seen.score)
    if (index === 0) startState(state, 0, seen.x, seen.y, seen.width, seen.height, noise, loose)
    else {
      setTransition(step, seen.timeS - before, noise)
      predictState(state, 0, state, 0, step, noise)
      updateState(state, 0, seen.x, seen.y, seen.width, seen.height, noise, loose)
    }
    before = seen.timeS
    // Not from the first few: they know no velocity yet.
    if (index < 3) return
    while (target < tracklet.length - 1 && (tracklet[target]?.timeS ?? 0) < seen.timeS + TUNING.fit.aheadS) target++
    const later = tracklet[target]
    if (later === undefined || later.timeS <= seen.timeS) return
    setTransition(leap, later.timeS - seen.timeS, noise)
    predictState(state, 0, ahead, 0, leap, noise)
    sum += TUNING.fit.weight * surprise(ahead, later, noise, looseness(later.score))
  })
  return sum
}

function surprise(
  { 0: x = 0, 2: varianceX = 1, 5: y = 0, 7: varianceY = 1 }: Float64Array,
  seen: Tracklet[number],
  noise: MotionNoise,
  loose: number,
): number {
  const totalX = varianceX + (noise.centre * loose * seen.width) ** 2
  const totalY = varianceY + (noise.centre * loose * seen.height) ** 2
  const tail = (distance: number) => ((TAIL + 1) / 2) * Math.log1p(distance / TAIL)
  return (
    0.5 * Math.log((totalX * totalY) / seen.height ** 4) +
    tail((seen.x - x) ** 2 / totalX) +
    tail((seen.y - y) ** 2 / totalY)
  )
}
