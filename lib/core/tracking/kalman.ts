/**
 * Constant-velocity Kalman filter of a box `(centre x, centre y, width, height)`, the state of BoT-SORT (Aharon et al., 2022).
 * Noise is the same in every coordinate's (position, velocity) pair and never mixes coordinates, so the 8×8 covariance is four 2×2
 * blocks: a state is 20 numbers, `[position, velocity, var p, cov pv, var v]` per coordinate, positions in pixels, velocities in
 * pixels per second. Process noise is white acceleration over continuous time (Bar-Shalom et al., 2001, §6.2.2): right for any
 * frame rate and for uneven times. All functions write into the state they are given and allocate nothing.
 */
export type BoxState = Float64Array

export const BOX_STATE_SIZE = 20

/** Relative to the box: measurement deviations as fractions of its size, motion in heights. */
export interface MotionNoise {
  /** Deviation of a measured centre, fraction of the size along that axis. */
  readonly centre: number
  /** Deviation of a measured size, fraction of it. */
  readonly size: number
  /** Square root of the density of white acceleration, heights·s^-1.5: along x, along y, of width and height. */
  readonly accelerationX: number
  readonly accelerationY: number
  readonly accelerationSize: number
  /** Deviation of the speed of something just seen, heights/s. */
  readonly startSpeed: number
  readonly startSizeSpeed: number
}

/** Puts a state on a first measurement. `looseness` multiplies the deviations measured (1 = a good detection). */
export function startState(
  state: BoxState,
  x: number,
  y: number,
  width: number,
  height: number,
  noise: MotionNoise,
  looseness = 1,
): void {
  const centre = noise.centre * looseness
  const size = noise.size * looseness
  startPair(state, 0, x, centre * width, noise.startSpeed * height)
  startPair(state, 5, y, centre * height, noise.startSpeed * height)
  startPair(state, 10, width, size * width, noise.startSizeSpeed * height)
  startPair(state, 15, height, size * height, noise.startSizeSpeed * height)
}

function startPair(state: BoxState, at: number, position: number, deviation: number, speedDeviation: number): void {
  state[at] = position
  state[at + 1] = 0
  state[at + 2] = deviation * deviation
  state[at + 3] = 0
  state[at + 4] = speedDeviation * speedDeviation
}

/** Moves a state `dtS` seconds on. */
export function predictState(state: BoxState, dtS: number, noise: MotionNoise): void {
  const height = Math.max(1, state[15] ?? 1)
  predictPair(state, 0, dtS, (noise.accelerationX * height) ** 2)
  predictPair(state, 5, dtS, (noise.accelerationY * height) ** 2)
  const size = (noise.accelerationSize * height) ** 2
  predictPair(state, 10, dtS, size)
  predictPair(state, 15, dtS, size)
}

function predictPair(state: BoxState, at: number, dt: number, density: number): void {
  const velocity = state[at + 1] ?? 0
  const covariance = state[at + 3] ?? 0
  const speedVariance = state[at + 4] ?? 0
  state[at] = (state[at] ?? 0) + velocity * dt
  state[at + 2] = (state[at + 2] ?? 0) + dt * (2 * covariance + dt * speedVariance) + (density * dt * dt * dt) / 3
  state[at + 3] = covariance + dt * speedVariance + (density * dt * dt) / 2
  state[at + 4] = speedVariance + density * dt
}

/** Brings a measurement in. */
export function updateState(
  state: BoxState,
  x: number,
  y: number,
  width: number,
  height: number,
  noise: MotionNoise,
  looseness = 1,
): void {
  const centre = noise.centre * looseness
  const size = noise.size * looseness
  const wide = Math.max(1, state[10] ?? 1)
  const high = Math.max(1, state[15] ?? 1)
  updatePair(state, 0, x, (centre * wide) ** 2)
  updatePair(state, 5, y, (centre * high) ** 2)
  updatePair(state, 10, width, (size * wide) ** 2)
  updatePair(state, 15, height, (size * high) ** 2)
}

function updatePair(state: BoxState, at: number, measured: number, variance: number): void {
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
