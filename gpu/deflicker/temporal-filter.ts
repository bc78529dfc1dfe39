import { chromaSize, type FrameLayout, framePlanes } from '#gpu/media/frames.ts'
import { BLOCK, type BlockChanges, LEVEL, measureChanges, newBlockChanges } from './block-motion.ts'

/** Of the difference to the frames before, so much is taken back at strength 1: noise keeps a third of its deviation. */
const MAX_FEEDBACK = 0.8
/** Bounds of what is taken for noise, whatever the frame says. */
const NOISE = { least: 0.5 * LEVEL, most: 4 * LEVEL } as const
/** Of the blocks, the share that is surely quiet enough to tell the noise by. */
const QUIET_SHARE = 0.25
/** From fully static to fully moving: deviations in units of the noise, mean changes in levels, shares of displacement. */
const STATIC = { deviation: [1.7, 2.6], mean: [5 * LEVEL, 9 * LEVEL], displaced: [0.2, 0.4] } as const
/** The same for one sample beside its block's mean change, in units of the noise. */
const SAMPLE = [2.5, 5] as const
const TABLE_STEPS_PER_LEVEL = 4
const TABLE_SIZE = 1024

const fall = (value: number, from: number, to: number): number => {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)))
  return 1 - t * t * (3 - 2 * t)
}

interface PlaneState {
  readonly width: number
  readonly height: number
  /** The plane as last put out, fixed-point. */
  readonly before: Int32Array
  readonly now: Int32Array
}

/**
 * Steadies what does not move: each sample is drawn towards what it was in the frames before, recursively, as long as its block
 * neither moves nor changes by more than noise and flickering light do. What moves passes unchanged, so that nothing trails behind it.
 */
export class TemporalFilter {
  readonly #layout: FrameLayout
  readonly #feedback: number
  readonly #planes: readonly PlaneState[]
  readonly #changes: BlockChanges
  /** How far each block is at rest, 0–1. */
  readonly #rest: Float32Array
  readonly #table = new Float32Array(TABLE_SIZE)
  #started = false

  /** `strength` from 0 (nothing) to 1. Frames must come in order. */
  constructor(layout: FrameLayout, strength: number) {
    this.#layout = layout
    this.#feedback = MAX_FEEDBACK * strength
    const state = (width: number, height: number): PlaneState => ({
      width,
      height,
      before: new Int32Array(width * height),
      now: new Int32Array(width * height),
    })
    const chroma = chromaSize(layout)
    this.#planes = [
      state(layout.width, layout.height),
      state(chroma.width, chroma.height),
      state(chroma.width, chroma.height),
    ]
    this.#changes = newBlockChanges(layout.width, layout.height)
    this.#rest = new Float32Array(this.#changes.columns * this.#changes.rows)
  }

  /** Filters the first `frames` frames of a batch in place. */
  apply(buffer: ArrayBuffer, frames: number): void {
    for (let frame = 0; frame < frames; frame++) {
      const samples = this.#samplesOf(buffer, frame)
      for (const [index, plane] of this.#planes.entries()) this.#load(samples[index], plane)
      if (this.#started) this.#filter()
      for (const [index, plane] of this.#planes.entries()) this.#store(plane, samples[index])
      this.#started = true
    }
  }

  #samplesOf(buffer: ArrayBuffer, frame: number): (Uint8Array | Uint16Array)[] {
    const { luma, chroma } = framePlanes(buffer, this.#layout, frame)
    const half = chroma.length / 2
    const planes = [luma, chroma.subarray(0, half), chroma.subarray(half)]
    if (this.#layout.format !== 'yuv420p10') return planes
    return planes.map((plane) => new Uint16Array(plane.buffer, plane.byteOffset, plane.length / 2))
  }

  get #shift(): number {
    return this.#layout.format === 'yuv420p10' ? 4 : 6
  }

  #load(samples: Uint8Array | Uint16Array | undefined, { now }: PlaneState): void {
    const shift = this.#shift
    if (samples === undefined) return
    for (let at = 0; at < now.length; at++) now[at] = (samples[at] ?? 0) << shift
  }

  /** Rounds, and makes this frame the one before. */
  #store({ now, before }: PlaneState, samples: Uint8Array | Uint16Array | undefined): void {
    const [shift, half] = [this.#shift, 1 << (this.#shift - 1)]
    if (samples === undefined) return
    for (let at = 0; at < now.length; at++) {
      const value = now[at] ?? 0
      before[at] = value
      samples[at] = (value + half) >> shift
    }
  }

  #filter(): void {
    const [luma, ...chroma] = this.#planes
    if (luma === undefined) return
    measureChanges(luma.now, luma.before, luma.width, luma.height, this.#changes)
    const noise = this.#noise()
    for (let at = 0; at < TABLE_SIZE; at++) {
      const change = (at * LEVEL) / TABLE_STEPS_PER_LEVEL
      this.#table[at] = fall(change, SAMPLE[0] * Math.max(LEVEL, noise), SAMPLE[1] * Math.max(LEVEL, noise))
    }
    const { mean, deviation, displaced } = this.#changes
    for (let block = 0; block < this.#rest.length; block++) {
      this.#rest[block] =
        fall((deviation[block] ?? 0) / noise, ...STATIC.deviation) *
        fall(Math.abs(mean[block] ?? 0), ...STATIC.mean) *
        // Where there is no more change than rounding makes, nothing can be said of its direction.
        ((deviation[block] ?? 0) < NOISE.least ? 1 : fall(displaced[block] ?? 0, ...STATIC.displaced))
    }
    this.#blend(luma, BLOCK, mean)
    for (const plane of chroma) this.#blend(plane, (BLOCK * plane.width) / luma.width, undefined)
  }

  /** Deviation of the quieter blocks, in which nothing moves. */
  #noise(): number {
    const sorted = this.#changes.deviation.slice().sort()
    const quiet = sorted[Math.floor(sorted.length * QUIET_SHARE)] ?? 0
    return Math.min(NOISE.most, Math.max(NOISE.least, quiet))
  }

  /** Takes back part of each sample's change. Between the blocks' centres, rest and mean change are interpolated, so that no block shows. */
  #blend({ width, height, now, before }: PlaneState, block: number, mean: Float32Array | undefined): void {
    const { columns, rows } = this.#changes
    const [restRow, meanRow] = [new Float32Array(columns + 1), new Float32Array(columns + 1)]
    const [feedback, table] = [this.#feedback, this.#table]
    const steps = TABLE_STEPS_PER_LEVEL / LEVEL
    const [leftOf, partOf] = [new Int32Array(width), new Float32Array(width)]
    for (let x = 0; x < width; x++) {
      const column = Math.min(columns - 1, Math.max(0, (x + 0.5) / block - 0.5))
      leftOf[x] = column
      partOf[x] = column - (leftOf[x] ?? 0)
    }
    for (let y = 0; y < height; y++) {
      const row = Math.min(rows - 1, Math.max(0, (y + 0.5) / block - 0.5))
      this.#interpolateRow(this.#rest, row, restRow)
      if (mean !== undefined) this.#interpolateRow(mean, row, meanRow)
      for (let x = 0, at = y * width; x < width; x++, at++) {
        const left = leftOf[x] ?? 0
        const part = partOf[x] ?? 0
        const restLeft = restRow[left] ?? 0
        const rest = restLeft + part * ((restRow[left + 1] ?? 0) - restLeft)
        if (rest === 0) continue
        const meanLeft = meanRow[left] ?? 0
        const value = now[at] ?? 0
        const change = value - (before[at] ?? 0)
        const beside = change - meanLeft - part * ((meanRow[left + 1] ?? 0) - meanLeft)
        const entry = ((beside < 0 ? -beside : beside) * steps) | 0
        // Values are not negative: cutting the fraction off rounds.
        if (entry < TABLE_SIZE) now[at] = (value - feedback * rest * (table[entry] ?? 0) * change + 0.5) | 0
      }
    }
  }

  #interpolateRow(map: Float32Array, row: number, into: Float32Array): void {
    const { columns, rows } = this.#changes
    const [above, part] = [Math.floor(row), row - Math.floor(row)]
    const below = Math.min(rows - 1, above + 1)
    for (let column = 0; column < columns; column++) {
      into[column] = (map[above * columns + column] ?? 0) * (1 - part) + (map[below * columns + column] ?? 0) * part
    }
    into[columns] = into[columns - 1] ?? 0
  }
}
