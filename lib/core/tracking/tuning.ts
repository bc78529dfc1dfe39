import type { MotionNoise } from './kalman.ts'

/** What the passes were tuned to. Lengths in box heights, times in seconds: independent of frame size and rate. */
export const TUNING = {
  motion: {
    centre: 0.06,
    size: 0.06,
    accelerationX: 1.2,
    accelerationY: 0.6,
    accelerationSize: 0.1,
    startSpeed: 1.5,
    startSizeSpeed: 0.1,
  } satisfies MotionNoise as MotionNoise,
  online: {
    /** How long a lost track is looked for by the online stage. */
    bufferS: 1,
    /** Dearest pair of the first, second and third association. */
    gate: 0.9,
    weakGate: 0.5,
    freshGate: 0.7,
  },
}
