/** A frame made small enough that comparing two costs a fraction of decoding one. 4:2:0, full planes without padding. */
export interface AnalysisFrame {
  readonly width: number
  readonly height: number
  readonly luma: Uint8Array
  readonly cb: Uint8Array
  readonly cr: Uint8Array
  /** Mean and standard deviation of luma, in levels. */
  readonly mean: number
  readonly deviation: number
  /** Whole blocks, centred: where the first begins, and each one's mean absolute deviation from its own mean, row by row. */
  readonly columns: number
  readonly rows: number
  readonly left: number
  readonly top: number
  readonly activity: Float32Array
}

/** Side of the blocks that pictures are compared by, pixels. */
export const BLOCK = 8

/** Longest side of an analysed frame. Players of a wide shot are still a few pixels tall; grain and artefacts are averaged away. */
export const LONG_SIDE = 96
/** Two blocks: extreme panoramas keep this many lines. */
const SHORT_SIDE = 16

/** Size to analyse at, both sides even. */
export function analysisSize(width: number, height: number): { width: number; height: number } {
  const scale = LONG_SIDE / Math.max(width, height)
  const side = (length: number) => Math.max(SHORT_SIDE, 2 * Math.round((length * scale) / 2))
  return { width: side(width), height: side(height) }
}

/** Wraps the planes of one raw 4:2:0 frame (limited range; `chroma` is Cb, then Cr); the bytes are not copied. */
export function analysisFrame(
  luma: Uint8Array,
  chroma: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): AnalysisFrame {
  let [sum, squares] = [0, 0]
  for (let index = 0; index < luma.length; index++) {
    const level = luma[index] as number
    sum += level
    squares += level * level
  }
  const mean = sum / luma.length
  const half = chroma.length / 2
  const [columns, rows] = [Math.floor(width / BLOCK), Math.floor(height / BLOCK)]
  // Even, so that blocks of chroma begin on a sample.
  const [left, top] = [((width - columns * BLOCK) >> 2) << 1, ((height - rows * BLOCK) >> 2) << 1]
  const activity = new Float32Array(columns * rows)
  for (let block = 0; block < activity.length; block++) {
    const [x, y] = [left + (block % columns) * BLOCK, top + Math.floor(block / columns) * BLOCK]
    activity[block] = blockActivity(luma, width, x, y)
  }
  return {
    width,
    height,
    luma,
    cb: chroma.subarray(0, half),
    cr: chroma.subarray(half),
    mean,
    deviation: Math.sqrt(Math.max(0, squares / luma.length - mean * mean)),
    columns,
    rows,
    left,
    top,
    activity,
  }
}

function blockActivity(luma: Uint8Array, width: number, x: number, y: number): number {
  let sum = 0
  for (let row = 0; row < BLOCK; row++) {
    let at = (y + row) * width + x
    for (let column = 0; column < BLOCK; column++) sum += luma[at++] as number
  }
  const mean = sum / (BLOCK * BLOCK)
  let deviation = 0
  for (let row = 0; row < BLOCK; row++) {
    let at = (y + row) * width + x
    for (let column = 0; column < BLOCK; column++) deviation += Math.abs((luma[at++] as number) - mean)
  }
  return deviation / (BLOCK * BLOCK)
}
