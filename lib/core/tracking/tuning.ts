import type { MotionNoise } from './kalman.ts'

/** How people move and detectors measure until a video tells better: fitted to sports at 25 frames a second. */
const MOTION: MotionNoise = {
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
}

/**
 * What the passes were tuned to, on half of the sequences of a sports benchmark, with the other half and pedestrians as the check.
 * Lengths in box heights or widths, times in seconds: nothing depends on frame size or rate. Costs are minus twice a log-likelihood.
 */
export const TUNING = {
  motion: MOTION,
  /** How much less is believed of a box per point of score below 0.8. */
  doubt: 1.6,
  /** Tracks that make a crowd: the median motion of n counts n / (n + company). */
  camera: { company: 2 },
  /** ByteTrack and BoT-SORT; scores as shares of the score that starts a track. */
  online: {
    strong: 0.6,
    start: 0.8,
    /** How long a lost track is looked for here. */
    bufferS: 1,
    /** Dearest pair of the first and of the second association. */
    gate: 0.9,
    weakGate: 0.5,
  },
  appearance: {
    /** Looks count for pairs nearer than this in IoU distance and in looks (BoT-SORT). */
    place: 0.5,
    looks: 0.25,
    memory: 0.9,
    /** Of the offline passes: observations averaged, cost per distance, distance of one person to himself. */
    stretch: 8,
    weight: 60,
    typical: 0.15,
  },
  fit: {
    /** Steps tried for each parameter, in turn; furthest from the default. */
    factors: [1.8, 1.3],
    range: 12,
    /** Observations looked at, and how far ahead each predicts. */
    observations: 2000,
    aheadS: 0.6,
    /** Weight of an observation (they are not independent) and of the default. */
    weight: 0.4,
    prior: 5,
  },
  exchange: {
    /** Gain below which an exchange is chance. */
    margin: 2,
    sweeps: 6,
    /** How near two chains come, in mean heights; how long ago one may have ended; longest gap made. */
    reach: 0.5,
    reachS: 1,
    gapS: 2,
    size: 1,
    /** Cost of a frame that a link leaves out, and of how many at most. */
    perMissed: 2,
    mostMissed: 12,
  },
  join: {
    /** Rounds of joining and exchanging; longest gap. */
    rounds: 2,
    gapS: 4,
    /** Dearest join across gaps of up to a second; of longer ones, relative to the cost of an arrival. */
    gate: 3,
    offset: -2,
    size: 0.5,
    /** Cost of a second's absence; of one without a reason, and at most. */
    perS: 2.5,
    perUnexplainedS: 3,
    mostUnexplained: 8,
  },
  absence: {
    /** Share of a box inside the picture, and covered by another, that makes the difference. */
    inside: 0.5,
    covered: 0.25,
    /** Who stands in front has lower feet, but for so many heights. */
    footing: 0.05,
    samples: 8,
  },
  fill: {
    /** Longest gap filled; deviation of the place in widths up to which a box is worth it, in view and behind others. */
    gapS: 0.8,
    spread: 0.12,
    hiddenSpread: 0.2,
    /** Longest absence without a reason that a detector is thought to be guilty of. */
    unexplainedS: 0.5,
  },
  ghosts: {
    /** What has been seen for so long is real, and what has so much score above the doubtful (a share of the starting score). */
    longS: 0.7,
    evidence: 1,
    doubtful: 1.1,
    /** Share of the starting score in force before chains are joined. */
    early: 0.8,
  },
  ball: {
    /** Longest gap within one path; what an observation, its score, a second without one and a new path are worth. */
    gapS: 1,
    perObservation: 0.3,
    perScore: 1,
    perMissedS: 3,
    newPath: 2.5,
    /** Deviation of a predicted place: fixed, in diameters; growing, in picture diagonals per s, with and without a known velocity. */
    scatter: 1,
    turn: 0.15,
    speed: 0.5,
    /** A path needs this much to be believed. */
    evidence: 1,
    /** What lies in its place for so long is not played with. */
    restS: 2,
    restWorth: 0.25,
  },
}
