/**
 * Kalman filter of a box `(centre x, centre y, width, height)`, the state of BoT-SORT (Aharon et al., 2022). Noise is the same in
 * every coordinate's (position, velocity) pair and never mixes coordinates, so the 8×8 covariance is four 2×2 blocks: a state is 20
 * numbers, `[position, velocity, var p, cov pv, var v]` per coordinate, in pixels and pixels per second.
 *
 * Velocity is an Ornstein–Uhlenbeck process (Singer, 1970, gives the discrete form): it forgets itself with a time constant, as
 * people who turn and stop do; an infinite constant makes it the usual constant-velocity model. Time is continuous, so any frame
 * rate and uneven times are right. Functions write into the state they are given and allocate nothing.
 */
export const BOX_STATE_SIZE = 20

/** Relative to the box: measurement deviations as fractions of its size, motion in heights. */
export interface MotionNoise {
  /** Deviation of a measured centre, fraction of the size along that axis. */
  readonly centre: number
  /** Deviation of a measured width and height, fraction of it. */
  readonly width: number
  readonly height: number
  /** Square root of the density of white acceleration, heights·s^-1.5: along x, along y, of width, of height. */
  readonly accelerationX: number
  readonly accelerationY: number
  readonly accelerationWidth: number
  readonly accelerationHeight: number
  /** Time constant of velocity, seconds: of position, of size. */
  readonly memoryS: number
  readonly sizeMemoryS: number
  /** Deviation of the speed of something just seen, heights/s. */
  readonly startSpeed: number
  readonly startSizeSpeed: number
}

/** What a span of time does to a (position, velocity) pair, for a unit density of acceleration. Depends on the span alone. */
interface PairTransition {
  /** Velocity kept, and seconds of it that position gains. */
  keep: number
  gain: number
  noisePosition: number
  noiseBoth: number
  noiseVelocity: number
}

export interface Transition {
  dtS: number
  noise: MotionNoise | undefined
  readonly position: PairTransition
  readonly size: PairTransition
}

export function createTransition(): Transition {
  const pair = () => ({ keep: 1, gain: 0, noisePosition: 0, noiseBoth: 0, noiseVelocity: 0 })
  return { dtS: 0, noise: undefined, position: pair(), size: pair() }
}

/** Makes `transition` that of `dtS` seconds; free when it already is. */
export function setTransition(transition: Transition, dtS: number, noise: MotionNoise): void {
  // Differences of times are never quite the same; a tenth of a microsecond is.
  if (transition.noise === noise && Math.abs(transition.dtS - dtS) < 1e-7) return
  transition.noise = noise
  transition.dtS = dtS
  setPair(transition.position, dtS, 1 / noise.memoryS)
  setPair(transition.size, dtS, 1 / noise.sizeMemoryS)
}

function setPair(pair: PairTransition, dt: number, rate: number): void {
  if (rate * dt < 1e-3) {
    // The limit: constant velocity. The closed form below would cancel.
    pair.keep = 1 - rate * dt
    pair.gain = dt
    pair.noisePosition = dt ** 3 / 3
    pair.noiseBoth = dt ** 2 / 2
    pair.noiseVelocity = dt
    return
  }
  const keep = Math.exp(-rate * dt)
  const gain = (1 - keep) / rate
  pair.keep = keep
  pair.gain = gain
  pair.noiseVelocity = (1 - keep * keep) / (2 * rate)
  pair.noiseBoth = (gain * gain) / 2
  pair.noisePosition = (dt - 2 * gain + pair.noiseVelocity) / (rate * rate)
}

/** Puts the state at `at` on a first measurement. `looseness` multiplies its deviations (1 = a good detection). */
export function startState(
  state: Float64Array,
  at: number,
  x: number,
  y: number,
  width: number,
  height: number,
  noise: MotionNoise,
  looseness: number,
): void {
  const centre = noise.centre * looseness
  startPair(state, at, x, (centre * width) ** 2, (noise.startSpeed * height) ** 2)
  startPair(state, at + 5, y, (centre * height) ** 2, (noise.startSpeed * height) ** 2)
  startPair(state, at + 10, width, (noise.width * looseness * width) ** 2, (noise.startSizeSpeed * height) ** 2)
  startPair(state, at + 15, height, (noise.height * looseness * height) ** 2, (noise.startSizeSpeed * height) ** 2)
}

export function startPair(
  state: Float64Array,
  at: number,
  position: number,
  variance: number,
  speedVariance: number,
): void {
  state[at] = position
  state[at + 1] = 0
  state[at + 2] = variance
  state[at + 3] = 0
  state[at + 4] = speedVariance
}

/** Moves the state at `from` on by a transition, into `to` (may be the same place). */
export function predictState(
  source: Float64Array,
  from: number,
  target: Float64Array,
  to: number,
  transition: Transition,
  noise: MotionNoise,
): void {
  const height = Math.max(1, source[from + 15] ?? 1)
  predictPair(source, from, target, to, transition.position, (noise.accelerationX * height) ** 2)
  predictPair(source, from + 5, target, to + 5, transition.position, (noise.accelerationY * height) ** 2)
  predictPair(source, from + 10, target, to + 10, transition.size, (noise.accelerationWidth * height) ** 2)
  predictPair(source, from + 15, target, to + 15, transition.size, (noise.accelerationHeight * height) ** 2)
}

export function predictPair(
  source: Float64Array,
  from: number,
  target: Float64Array,
  to: number,
  pair: PairTransition,
  density: number,
): void {
  const { keep, gain } = pair
  const velocity = source[from + 1] ?? 0
  const covariance = source[from + 3] ?? 0
  const speedVariance = source[from + 4] ?? 0
  target[to] = (source[from] ?? 0) + velocity * gain
  target[to + 1] = velocity * keep
  target[to + 2] =
    (source[from + 2] ?? 0) + gain * (2 * covariance + gain * speedVariance) + density * pair.noisePosition
  target[to + 3] = keep * (covariance + gain * speedVariance) + density * pair.noiseBoth
  target[to + 4] = keep * keep * speedVariance + density * pair.noiseVelocity
}

/** Brings a measurement into the state at `at`. */
export function updateState(
  state: Float64Array,
  at: number,
  x: number,
  y: number,
  width: number,
  height: number,
  noise: MotionNoise,
  looseness: number,
): void {
  const centre = noise.centre * looseness
  const wide = Math.max(1, state[at + 10] ?? 1)
  const high = Math.max(1, state[at + 15] ?? 1)
  updatePair(state, at, x, (centre * wide) ** 2)
  updatePair(state, at + 5, y, (centre * high) ** 2)
  updatePair(state, at + 10, width, (noise.width * looseness * wide) ** 2)
  updatePair(state, at + 15, height, (noise.height * looseness * high) ** 2)
}

export function updatePair(state: Float64Array, at: number, measured: number, variance: number): void {
  const position = state[at] ?? 0
  const positionVariance = state[at + 2] ?? 0
  const covariance = state[at + 3] ?? 0
  const total = positionVariance + variance
  const gain = positionVariance / total
  const speedGain = covariance / total
  const innovation = measured - position
  state[at] = position + gain * innovation
  state[at + 1] = (state[at + 1] ?? 0) + speedGain * innovation
  state[at + 2] = (1 - gain) * positionVariance
  state[at + 3] = (1 - gain) * covariance
  state[at + 4] = (state[at + 4] ?? 0) - speedGain * covariance
}

/** Degrees of freedom of the t distribution that mismatches are judged by: people turn, and boxes jump, more often than a Gaussian says. */
export const TAIL = 4

/**
 * Minus twice the log-likelihood that two states at one moment are of one thing, one estimated from the past and one from the future
 * (velocities counted backwards): places and velocities by Mahalanobis distance under the sum of covariances, sizes by their
 * difference alone and with a weight; with log-determinants, lengths in units of `scale`. Constants are left out.
 */
export function stateMismatch(
  past: Float64Array,
  pastAt: number,
  future: Float64Array,
  futureAt: number,
  scale: number,
  sizeWeight: number,
): number {
  const x = pairDistance(past, pastAt, future, futureAt)
  let determinant = lastDeterminant
  const y = pairDistance(past, pastAt + 5, future, futureAt + 5)
  determinant *= lastDeterminant
  const width = positionDistance(past, pastAt + 10, future, futureAt + 10)
  let variance = lastDeterminant
  const height = positionDistance(past, pastAt + 15, future, futureAt + 15)
  variance *= lastDeterminant
  const unit = scale * scale * scale * scale
  // Logarithms of products instead of sums of logarithms: this is the innermost loop of all passes.
  return (
    (TAIL + 2) * Math.log((1 + x / TAIL) * (1 + y / TAIL)) +
    Math.log(determinant / (unit * unit)) +
    sizeWeight * ((TAIL + 1) * Math.log((1 + width / TAIL) * (1 + height / TAIL)) + Math.log(variance / unit))
  )
}

/** Determinant, or variance, of the last distance computed. */
let lastDeterminant = 1

function pairDistance(past: Float64Array, pastAt: number, future: Float64Array, futureAt: number): number {
  const position = (past[pastAt] ?? 0) - (future[futureAt] ?? 0)
  const velocity = (past[pastAt + 1] ?? 0) + (future[futureAt + 1] ?? 0)
  const a = (past[pastAt + 2] ?? 0) + (future[futureAt + 2] ?? 0)
  const b = (past[pastAt + 3] ?? 0) - (future[futureAt + 3] ?? 0)
  const c = (past[pastAt + 4] ?? 0) + (future[futureAt + 4] ?? 0)
  lastDeterminant = a * c - b * b
  return (c * position * position - 2 * b * position * velocity + a * velocity * velocity) / lastDeterminant
}

function positionDistance(past: Float64Array, pastAt: number, future: Float64Array, futureAt: number): number {
  const difference = (past[pastAt] ?? 0) - (future[futureAt] ?? 0)
  lastDeterminant = (past[pastAt + 2] ?? 0) + (future[futureAt + 2] ?? 0)
  return (difference * difference) / lastDeterminant
}

/**
 * Best estimate of position from a state of the past and one of the future (velocity counted backwards) at the same moment: the two
 * filters' product (Fraser & Potter, 1969), equal to what a Rauch–Tung–Striebel pass gives. Writes `[position, variance]`.
 */
export function fusePair(
  past: Float64Array,
  pastAt: number,
  future: Float64Array,
  futureAt: number,
  target: Float64Array,
): void {
  const position = (future[futureAt] ?? 0) - (past[pastAt] ?? 0)
  const velocity = -(future[futureAt + 1] ?? 0) - (past[pastAt + 1] ?? 0)
  const [pa, pb] = [past[pastAt + 2] ?? 0, past[pastAt + 3] ?? 0]
  const a = pa + (future[futureAt + 2] ?? 0)
  const b = pb - (future[futureAt + 3] ?? 0)
  const c = (past[pastAt + 4] ?? 0) + (future[futureAt + 4] ?? 0)
  const determinant = a * c - b * b
  // Gain row of position: P·(P+F)⁻¹.
  const k0 = (pa * c - pb * b) / determinant
  const k1 = (pb * a - pa * b) / determinant
  target[0] = (past[pastAt] ?? 0) + k0 * position + k1 * velocity
  target[1] = Math.max(0, pa - k0 * pa - k1 * pb)
}
