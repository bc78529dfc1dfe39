import type { MotionNoise } from './kalman.ts'

/** What the passes were tuned to. Lengths in box heights, times in seconds: independent of frame size and rate. */
export const TUNING = {
  motion: {
    centre: 0.045,
    width: 0.08,
    height: 0.05,
    accelerationX: 1.4,
    accelerationY: 0.5,
    accelerationWidth: 4,
    accelerationHeight: 1.5,
    memoryS: 0.6,
    sizeMemoryS: 0.1,
    startSpeed: 1,
    startSizeSpeed: 0.5,
  } satisfies MotionNoise as MotionNoise,
  camera: { company: 2 },
  appearance: { place: 0.5, looks: 0.25, memory: 0.9, stretch: 8, weight: 60, typical: 0.15 },
  doubt: 1.6,
  link: { rounds: 2 },
  exchange: { sweeps: 6, margin: 3, reachS: 1, gapS: 2, reach: 0.5, size: 0.5, perMissed: 2 },
  join: { gapS: 4, gate: 3, offset: -2, slope: 2, perS: 1.5, perUnexplainedS: 3, mostUnexplained: 8, size: 0.5 },
  fill: { gapS: 0.8, spread: 0.12, hiddenSpread: 0.2, unexplainedS: 0.5 },
  ghosts: { doubtful: 1.1, longS: 0.7, evidence: 1 },
  absence: { inside: 0.5, footing: 0.05, covered: 0.25, samples: 8 },
  fit: { factors: [1.8, 1.3], range: 12, observations: 4000, prior: 5, near: 0, far: 0.2, aheadS: 0.6 },
  ball: {
    /** Longest gap within one path; what a frame's observation, a second without one, and a new path are worth. */
    gapS: 1,
    perObservation: 0.3,
    perScore: 1,
    perMissedS: 3,
    newPath: 2.5,
    /** Deviation of a predicted place: fixed, in diameters; growing, in picture diagonals per s; without a known velocity, per s. */
    scatter: 1,
    turn: 0.15,
    speed: 0.5,
    /** A path needs this much to be believed. */
    evidence: 1,
    /** What lies in its place for so long is not played with. */
    restS: 2,
    restWorth: 0.25,
  },
  online: {
    strong: 0.6,
    start: 0.8,
    /** How long a lost track is looked for by the online stage. */
    bufferS: 1,
    /** Dearest pair of the first, second and third association. */
    gate: 0.9,
    weakGate: 0.5,
  },
}
