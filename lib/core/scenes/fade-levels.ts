/** Mean luma (limited range) of a black frame: 12 of 255, as PySceneDetect's threshold detector has it. */
const BLACK = 16 + (12 * 219) / 255
const WHITE = 218
/** Spread of luma: a nearly uniform picture. A line of text on it may stay. */
const UNIFORM = 10

export type Extreme = 'black' | 'white'

/** Whether nothing but black or white is to be seen. */
export function extremeOf(mean: number, deviation: number): Extreme | undefined {
  if (deviation >= UNIFORM) return undefined
  if (mean < BLACK) return 'black'
  return mean > WHITE ? 'white' : undefined
}

/** Longest fade to or from an extreme, seconds. */
export const FADE_S = 2.5
/** Levels by which brightness moves at least from frame to frame during a fade. */
export const FADE_STEP = 0.2
