import type { AnalysisFrame } from './analysis-frame.ts'
import { FadeWatch } from './fade-watch.ts'
import { type Dissimilarity, matchBlocks } from './match-blocks.ts'
import { restlessness } from './restlessness.ts'

/** Brightness of a video, one entry per frame in presentation order. */
export interface FrameLevels {
  /** Mean and standard deviation of luma, in levels of the limited range. */
  readonly mean: Float32Array
  readonly deviation: Float32Array
  /** First and last frame of white stretches that the same picture surrounds: glare, not a transition. */
  readonly glare: readonly (readonly [first: number, last: number])[]
}

/** What was measured of a video; plain arrays, so that threads can hand them over. */
export interface FrameChanges extends FrameLevels {
  /** Change from the frame before, 0 (none) to 2 (nothing in common); the first is 0. */
  readonly change: Float32Array
  /** The share of `change` that is detail no displacement explains, 0–1: what fast motion and noise leave of it. */
  readonly structure: Float32Array
  /** The same as `change`, but small where the picture of before comes back within 0.3 s: flashes, strobes, damaged frames. */
  readonly lasting: Float32Array
}

const SAME: Dissimilarity = { structure: 0, colour: 0, area: 0 }
/** A shorter interruption is not a scene of its own. */
const RETURN_S = 0.3
/** Changes below this never become cuts, whatever happens around them. */
const CANDIDATE = 0.55
/** From here on even the content detector may see a cut. */
const CERTAIN = 0.9
/**
 * Frames before and after the candidate (0: the ones next to it) that are compared, likeliest first. Both ways, because an interruption
 * ends with as large a change as it begins with.
 */
const RETURNS: readonly (readonly [before: number, after: number])[] = [
  ...[1, 2, 3, 4, 5, 6, 8, 11, 15].flatMap((frames): [number, number][] => [
    [0, frames],
    [frames, 0],
  ]),
  [1, 1],
  [2, 2],
]

/**
 * How much of a picture another one is: its detail counts most, its colours and how much of its area changed half as much. The weights were
 * fitted on composed videos with known cuts.
 */
export function totalChange({ structure, colour, area }: Dissimilarity): number {
  return structure + colour / 2 + area / 2
}

/** Takes frames one by one and remembers only the last second or so. */
export class ChangeWatcher {
  readonly #fps: number
  readonly #recent: AnalysisFrame[] = []
  readonly #fades: FadeWatch
  readonly #span: number
  readonly #change: number[] = []
  readonly #structure: number[] = []
  readonly #lasting: number[] = []
  readonly #mean: number[] = []
  readonly #deviation: number[] = []
  #settled = 0

  constructor(fps: number) {
    this.#fps = Math.min(120, Math.max(1, fps))
    this.#span = Math.max(2, Math.round(this.#fps * RETURN_S))
    this.#fades = new FadeWatch(this.#fps)
  }

  push(frame: AnalysisFrame): void {
    const previous = this.#recent.at(-1)
    const match = previous === undefined ? SAME : matchBlocks(previous, frame)
    const change = totalChange(match)
    this.#change.push(change)
    this.#structure.push(match.structure)
    this.#lasting.push(change)
    this.#mean.push(frame.mean)
    this.#deviation.push(frame.deviation)
    this.#recent.push(frame)
    if (this.#recent.length > 2 * this.#span + 2) this.#recent.shift()
    this.#fades.push(frame)
    if (this.#change.length - this.#settled > this.#span) this.#settle(this.#settled++)
  }

  /** Large by itself, or larger than the frames around it: in fast motion every frame changes much, and few are worth the search. */
  #isCandidate(index: number): boolean {
    const change = this.#change[index] ?? 0
    return change >= CERTAIN || change - restlessness(this.#structure, index) >= CANDIDATE
  }

  /** Looks whether the picture before frame `index` comes back after it. */
  #settle(index: number): void {
    const change = this.#change[index] ?? 0
    if (!this.#isCandidate(index)) return
    const start = this.#change.length - this.#recent.length
    let lasting = change
    for (const [before, after] of RETURNS) {
      if (Math.max(before, after) >= this.#span) continue
      const [from, to] = [this.#recent[index - 1 - before - start], this.#recent[index + after - start]]
      if (from === undefined || to === undefined) continue
      lasting = Math.min(lasting, totalChange(matchBlocks(from, to)))
      if (lasting < CANDIDATE) break
    }
    this.#lasting[index] = lasting
  }

  /** Everything measured; no frame may come after. */
  finish(): FrameChanges {
    while (this.#settled < this.#change.length) this.#settle(this.#settled++)
    return {
      change: Float32Array.from(this.#change),
      structure: Float32Array.from(this.#structure),
      lasting: Float32Array.from(this.#lasting),
      mean: Float32Array.from(this.#mean),
      deviation: Float32Array.from(this.#deviation),
      glare: this.#fades.finish(),
    }
  }
}
