import type { AnalysisFrame } from './analysis-frame.ts'

const BLOCK = 8
/** Whole-picture motion is looked for up to a fifth of the picture per frame: faster than any whip pan keeps its detail. */
const GLOBAL_STEP = 4
const GLOBAL_RADIUS_X = 6
const GLOBAL_RADIUS_Y = 4
/** Steps of the block search, in pixels of half the block each at first. */
const SEARCH_STEPS = [3, 2, 1, 1] as const
/** Luma levels by which a block may differ without any change: grain, compression, rounding. */
const NOISE = 3

/** The spread of luma that `NOISE` and `COLOUR` are meant for; darker and flatter pictures differ by less. */
const SPREAD = 48
/** Below this spread brightness is all there is to a picture, so it may not be compensated. */
const FLAT = 8
/** Chroma levels by which matched blocks of another picture differ. */
const COLOUR = 24

/** How far two frames cannot be explained by one another, each 0 (the same picture, moved) to 1 (another picture). */
export interface Dissimilarity {
  /** Share of the detail that no displacement of the other frame explains. */
  readonly structure: number
  /** Distance of the colours of matched blocks. */
  readonly colour: number
  /** Share of the picture's blocks that changed. */
  readonly area: number
}

/**
 * Compares two pictures block by block, each block with its best match in the other picture, as encoders do to tell scene cuts. Where that
 * fails and brightness or contrast changed, once more with both evened out: flashes and exposure change them, not the picture.
 */
export function matchBlocks(from: AnalysisFrame, to: AnalysisFrame): Dissimilarity {
  const plain = matchAll(from, to)
  if (plain.structure < 0.15 || Math.min(from.deviation, to.deviation) < FLAT) return plain
  const gain = to.deviation / from.deviation
  if (Math.abs(to.mean - from.mean) < 3 && Math.abs(gain - 1) < 0.06) return plain
  const even = matchAll({ ...from, luma: relight(from, to.mean, gain) }, to)
  return even.structure < plain.structure ? even : plain
}

function relight({ luma, mean }: AnalysisFrame, target: number, gain: number): Uint8Array {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, level) => target + (level - mean) * gain)
  const lit = new Uint8Array(luma.length)
  for (let index = 0; index < luma.length; index++) lit[index] = table[luma[index] as number] as number
  return lit
}

function matchAll(from: AnalysisFrame, to: AnalysisFrame): Dissimilarity {
  const { width, height } = to
  const columns = Math.floor(width / BLOCK)
  const rows = Math.floor(height / BLOCK)
  const [left, top] = [((width - columns * BLOCK) >> 2) << 1, ((height - rows * BLOCK) >> 2) << 1]
  const dim = Math.min(1, Math.max(from.deviation, to.deviation) / SPREAD)
  const noise = Math.max(0.75, NOISE * dim)
  const another = Math.max(COLOUR / 4, COLOUR * dim)
  let global: readonly [number, number] | undefined
  let [unexplained, detail, colour, changed] = [0, 0, 0, 0]
  let before: readonly [number, number] = [0, 0]
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = [left + column * BLOCK, top + row * BLOCK]
      let move: readonly [number, number] = [0, 0]
      let cost = blockSad(from, to, x, y, 0, 0, Number.POSITIVE_INFINITY)
      if (cost > noise * BLOCK * BLOCK) {
        global ??= globalMotion(from, to)
        ;[move, cost] = searchBlock(from, to, x, y, cost, [global, before])
      }
      before = move
      const activity = Math.max(blockActivity(to, x, y), blockActivity(from, x + move[0], y + move[1]))
      const residual = Math.max(0, cost / (BLOCK * BLOCK) - noise / 2)
      const ratio = Math.min(1, residual / (activity + noise))
      unexplained += ratio * (activity + 1)
      detail += activity + 1
      const shift = Math.min(1, colourShift(from, to, x, y, move) / another)
      colour += shift
      if (ratio > 0.5 || shift > 0.6) changed += 1
    }
  }
  const blocks = Math.max(1, columns * rows)
  return { structure: unexplained / Math.max(1, detail), colour: colour / blocks, area: changed / blocks }
}

/** Sum of absolute differences of one block against the other frame moved by (dx, dy), given up beyond `limit`. */
function blockSad(
  from: AnalysisFrame,
  to: AnalysisFrame,
  x: number,
  y: number,
  dx: number,
  dy: number,
  limit: number,
): number {
  const { width } = to
  let sum = 0
  for (let row = 0; row < BLOCK; row++) {
    let a = (y + row) * width + x
    let b = (y + dy + row) * width + x + dx
    for (let column = 0; column < BLOCK; column++)
      sum += Math.abs((to.luma[a++] as number) - (from.luma[b++] as number))
    if (sum >= limit) return sum
  }
  return sum
}

function searchBlock(
  from: AnalysisFrame,
  to: AnalysisFrame,
  x: number,
  y: number,
  still: number,
  candidates: readonly (readonly [number, number])[],
): [readonly [number, number], number] {
  const [maxX, maxY] = [to.width - BLOCK - x, to.height - BLOCK - y]
  let [bestX, bestY, best] = [0, 0, still]
  const look = (dx: number, dy: number) => {
    if (dx < -x || dy < -y || dx > maxX || dy > maxY) return
    const cost = blockSad(from, to, x, y, dx, dy, best)
    if (cost < best) [bestX, bestY, best] = [dx, dy, cost]
  }
  for (const [dx, dy] of candidates) look(Math.min(maxX, Math.max(-x, dx)), Math.min(maxY, Math.max(-y, dy)))
  for (const step of SEARCH_STEPS) {
    const [centreX, centreY] = [bestX, bestY]
    for (let dy = -step; dy <= step; dy += step)
      for (let dx = -step; dx <= step; dx += step) look(centreX + dx, centreY + dy)
  }
  return [[bestX, bestY], best]
}

/** Mean absolute deviation from the block's mean: what predicting the block from nothing would cost. */
function blockActivity({ luma, width }: AnalysisFrame, x: number, y: number): number {
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

/** Distance of the mean colours of a block and its match, in levels. */
function colourShift(
  from: AnalysisFrame,
  to: AnalysisFrame,
  x: number,
  y: number,
  [dx, dy]: readonly [number, number],
): number {
  const stride = Math.ceil(to.width / 2)
  const half = BLOCK / 2
  const [toX, toY, fromX, fromY] = [x >> 1, y >> 1, (x + dx) >> 1, (y + dy) >> 1]
  let [cb, cr] = [0, 0]
  for (let row = 0; row < half; row++) {
    let a = (toY + row) * stride + toX
    let b = (fromY + row) * stride + fromX
    for (let column = 0; column < half; column++, a++, b++) {
      cb += (to.cb[a] as number) - (from.cb[b] as number)
      cr += (to.cr[a] as number) - (from.cr[b] as number)
    }
  }
  return (Math.abs(cb) + Math.abs(cr)) / (half * half)
}

/** The displacement of the whole picture with the least difference, on every fourth pixel. */
function globalMotion(from: AnalysisFrame, to: AnalysisFrame): readonly [number, number] {
  const { width, height } = to
  let [bestX, bestY, best] = [0, 0, Number.POSITIVE_INFINITY]
  for (let dy = -GLOBAL_RADIUS_Y * GLOBAL_STEP; dy <= GLOBAL_RADIUS_Y * GLOBAL_STEP; dy += GLOBAL_STEP) {
    for (let dx = -GLOBAL_RADIUS_X * GLOBAL_STEP; dx <= GLOBAL_RADIUS_X * GLOBAL_STEP; dx += GLOBAL_STEP) {
      let [sum, count] = [0, 0]
      for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y += GLOBAL_STEP) {
        const [row, other] = [y * width, (y + dy) * width + dx]
        for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x += GLOBAL_STEP) {
          sum += Math.abs((to.luma[row + x] as number) - (from.luma[other + x] as number))
          count += 1
        }
      }
      if (count > 0 && sum / count < best) [bestX, bestY, best] = [dx, dy, sum / count]
    }
  }
  return [bestX, bestY]
}
