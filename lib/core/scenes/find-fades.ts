import { type Extreme, extremeOf, FADE_S, FADE_STEP } from './fade-levels.ts'
import type { FrameLevels } from './watch-changes.ts'

/** A fade through black or white. Frames `from` to `to` are the transition; `middle` begins the new scene. */
export interface Fade {
  readonly from: number
  readonly to: number
  /** Absent where the video begins or ends black or white: there is no scene on the other side. */
  readonly middle: number | undefined
}

/** One step that makes up this share of the way to the extreme is a cut, not a fade. */
const HARD = 0.6
/** Levels that brightness travels at least: a camera that turns to the dark is no fade. */
const TRAVEL = 15

/**
 * Fades out and in, each counted once, in the middle of its black or white stretch. A stretch that begins and ends with a cut is a
 * shot like any other and left to the scores of its cuts.
 */
export function findFades({ mean, deviation, glare }: FrameLevels, fps: number): Fade[] {
  const longest = Math.ceil(fps * FADE_S)
  const fades: Fade[] = []
  const frames = mean.length
  for (let first = 0; first < frames; first++) {
    const extreme = extremeOf(mean[first] ?? 0, deviation[first] ?? 0)
    if (extreme === undefined) continue
    let last = first
    while (last + 1 < frames && extremeOf(mean[last + 1] ?? 0, deviation[last + 1] ?? 0) === extreme) last += 1
    const out = slope(mean, { edge: first, step: -1, longest, extreme })
    const into = slope(mean, { edge: last, step: 1, longest, extreme })
    const [opens, ends] = [first === 0, last === frames - 1]
    const isGlare = glare.some(([start, end]) => start <= last && end >= first)
    if (isGlare) fades.push({ from: first - out.length, to: last + into.length, middle: undefined })
    else if (out.fades || into.fades) {
      // At the video's ends a cut to or from the extreme stays a cut.
      fades.push({
        from: opens || ends ? first - (out.fades ? out.length : -1) : first - out.length,
        to: opens || ends ? last + (into.fades ? into.length : 0) : last + into.length,
        middle: opens || ends ? undefined : Math.floor((first + last + 1) / 2),
      })
    }
    first = last
  }
  return fades
}

interface SlopeSearch {
  readonly edge: number
  readonly step: -1 | 1
  readonly longest: number
  readonly extreme: Extreme
}

/** Follows brightness away from an extreme: for how many frames it moves on, and whether that is a fade. */
function slope(mean: Float32Array, { edge, step, longest, extreme }: SlopeSearch) {
  const sign = extreme === 'black' ? 1 : -1
  const level = (offset: number) => sign * (mean[edge + step * offset] ?? Number.NaN)
  let length = 0
  while (length < longest && level(length + 1) > level(length) + FADE_STEP) length += 1
  const travel = level(length) - level(0)
  return { length, fades: travel >= TRAVEL && level(1) - level(0) < HARD * travel }
}
