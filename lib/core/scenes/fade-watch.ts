import type { AnalysisFrame } from './analysis-frame.ts'
import { extremeOf, FADE_S, FADE_STEP } from './fade-levels.ts'
import { matchBlocks } from './match-blocks.ts'

/** Another picture, by its structure alone: exposure is still recovering after glare. */
const OTHER_PICTURE = 0.45

interface Stretch {
  readonly first: number
  last: number
  /** The picture before the fade to white began; absent when the video begins white. */
  readonly before: AnalysisFrame | undefined
}

/**
 * Finds white stretches that begin and end with the same picture: a light shone into the lens. Those between two pictures are
 * transitions.
 */
export class FadeWatch {
  readonly #longest: number
  readonly #recent: AnalysisFrame[] = []
  readonly #glare: [number, number][] = []
  #frames = 0
  #stretch: Stretch | undefined

  constructor(fps: number) {
    this.#longest = Math.ceil(fps * FADE_S)
  }

  push(frame: AnalysisFrame): void {
    const index = this.#frames++
    const white = extremeOf(frame.mean, frame.deviation) === 'white'
    const previous = this.#recent.at(-1)
    if (white && this.#stretch) this.#stretch.last = index
    else if (white) this.#stretch = { first: index, last: index, before: this.#beforeFade() }
    else if (this.#stretch && previous) this.#followFadeIn(this.#stretch, previous, frame, index)
    this.#recent.push(frame)
    if (this.#recent.length > this.#longest) this.#recent.shift()
  }

  /** The last frame before brightness began to rise. */
  #beforeFade(): AnalysisFrame | undefined {
    let at = this.#recent.length - 1
    while (at > 0 && (this.#recent[at]?.mean ?? 0) > (this.#recent[at - 1]?.mean ?? 0) + FADE_STEP) at -= 1
    return this.#recent[at]
  }

  /** Once brightness falls no more, the fade is over: its picture is compared with the one before. */
  #followFadeIn(stretch: Stretch, previous: AnalysisFrame, frame: AnalysisFrame, index: number): void {
    const fading = frame.mean < previous.mean - FADE_STEP && index - stretch.last < this.#longest
    if (!fading) this.#close(stretch, previous)
  }

  #close(stretch: Stretch, after: AnalysisFrame): void {
    const { before, first, last } = stretch
    if (before !== undefined && matchBlocks(before, after).structure < OTHER_PICTURE) this.#glare.push([first, last])
    this.#stretch = undefined
  }

  finish(): readonly (readonly [number, number])[] {
    const last = this.#recent.at(-1)
    if (this.#stretch && last && this.#stretch.last < this.#frames - 1) this.#close(this.#stretch, last)
    return this.#glare
  }
}
