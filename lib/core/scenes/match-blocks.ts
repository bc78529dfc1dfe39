import { type AnalysisFrame, BLOCK, QUARTER, quarterSums } from './analysis-frame.ts'

const PIXELS = BLOCK * BLOCK
/** Whole-picture motion is looked for up to a quarter of the picture's width per frame: faster, a pan is but a blur. */
const GLOBAL_REACH_X = 24
const GLOBAL_REACH_Y = 16
const GLOBAL_STEPS = [8, 4] as const
const SAMPLE = 4
/** Steps of the block search, in pixels. */
const SEARCH_STEPS = [3, 2, 1, 1] as const
/** Luma levels by which a block may differ without any change: grain, compression, rounding. */
const NOISE = 3

/** The spread of luma that `NOISE` and `COLOUR` are meant for; darker and flatter pictures differ by less. */
const SPREAD = 48
/** Below this spread brightness is all there is to a picture, so it may not be compensated. */
const FLAT = 8
/** Chroma levels by which matched blocks of another picture differ. */
const COLOUR = 24

type Move = readonly [dx: number, dy: number]
const STILL: Move = [0, 0]
interface Found {
  readonly move: Move
  /** Sum of absolute differences. */
  readonly cost: number
}

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
  const luma = relight(from, to.mean, gain)
  const activity = from.activity.map((value) => value * gain)
  const lit = { ...from, luma, activity, sums: quarterSums(luma, from.width) }
  const even = matchAll(lit, to)
  return even.structure < plain.structure ? even : plain
}

function relight({ luma, mean }: AnalysisFrame, target: number, gain: number): Uint8Array {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, level) => target + (level - mean) * gain)
  const lit = new Uint8Array(luma.length)
  for (let index = 0; index < luma.length; index++) lit[index] = table[luma[index] as number] as number
  return lit
}

function matchAll(from: AnalysisFrame, to: AnalysisFrame): Dissimilarity {
  const { columns, rows, left, top } = to
  const dim = Math.min(1, Math.max(from.deviation, to.deviation) / SPREAD)
  const noise = Math.max(0.75, NOISE * dim)
  const another = Math.max(COLOUR / 4, COLOUR * dim)
  let global: Move | undefined
  let [unexplained, detail, colour, changed] = [0, 0, 0, 0]
  let before: Move = STILL
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = [left + column * BLOCK, top + row * BLOCK]
      let found: Found = { move: STILL, cost: blockSad(from, to, x, y, 0, 0, Number.POSITIVE_INFINITY) }
      if (found.cost > noise * PIXELS) {
        global ??= globalMotion(from, to)
        found = searchBlock(from, to, { x, y, good: noise * PIXELS, start: found, candidates: [global, before] })
      }
      before = found.move
      const activity = Math.max(activityAt(to, x, y), activityAt(from, x + before[0], y + before[1]))
      const residual = Math.max(0, found.cost / PIXELS - noise / 2)
      const ratio = Math.min(1, residual / (activity + noise))
      unexplained += ratio * (activity + 1)
      detail += activity + 1
      const shift = Math.min(1, colourShift(from, to, x, y, before) / another)
      colour += shift
      if (ratio > 0.5 || shift > 0.6) changed += 1
    }
  }
  const blocks = Math.max(1, columns * rows)
  return { structure: unexplained / Math.max(1, detail), colour: colour / blocks, area: changed / blocks }
}

/** Detail of the block nearest to a position, which need not be on the grid. */
function activityAt({ activity, columns, rows, left, top }: AnalysisFrame, x: number, y: number): number {
  const column = Math.min(columns - 1, Math.max(0, Math.round((x - left) / BLOCK)))
  const row = Math.min(rows - 1, Math.max(0, Math.round((y - top) / BLOCK)))
  return activity[row * columns + column] ?? 0
}

/** Sum of absolute differences of one block against the other frame moved, given up beyond `limit`. */
function blockSad(
  from: AnalysisFrame,
  to: AnalysisFrame,
  x: number,
  y: number,
  dx: number,
  dy: number,
  limit: number,
): number {
  const { width, luma } = to
  const other = from.luma
  let sum = 0
  for (let row = 0; row < BLOCK; row++) {
    let a = (y + row) * width + x
    let b = (y + dy + row) * width + x + dx
    for (let column = 0; column < BLOCK; column++) {
      sum += Math.abs((luma[a++] as number) - (other[b++] as number))
    }
    if (sum >= limit) return sum
  }
  return sum
}

/**
 * What `blockSad` is at least: the differences of the sums of a block's quarters. Most positions need no closer look then (successive elimination:
 * Li and Salari 1995; with several sums: Gao, Duan and Zou 2000).
 */
function leastSad(from: AnalysisFrame, to: AnalysisFrame, x: number, y: number, dx: number, dy: number): number {
  const { width, sums } = to
  const other = from.sums
  const a = y * width + x
  const b = a + dy * width + dx
  const below = QUARTER * width
  return (
    Math.abs((sums[a] as number) - (other[b] as number)) +
    Math.abs((sums[a + QUARTER] as number) - (other[b + QUARTER] as number)) +
    Math.abs((sums[a + below] as number) - (other[b + below] as number)) +
    Math.abs((sums[a + below + QUARTER] as number) - (other[b + below + QUARTER] as number))
  )
}

interface BlockSearch {
  readonly x: number
  readonly y: number
  /** No better match than this is needed. */
  readonly good: number
  readonly start: Found
  readonly candidates: readonly Move[]
}

/** The best of the candidates, then downhill in ever smaller steps. */
function searchBlock(from: AnalysisFrame, to: AnalysisFrame, { x, y, good, start, candidates }: BlockSearch): Found {
  const [maxX, maxY] = [to.width - BLOCK - x, to.height - BLOCK - y]
  let [bestX, bestY, best] = [start.move[0], start.move[1], start.cost]
  // Plain numbers, no tuples: this runs for hundreds of positions in every frame.
  const look = (dx: number, dy: number) => {
    if (dx < -x || dy < -y || dx > maxX || dy > maxY) return
    if (leastSad(from, to, x, y, dx, dy) >= best) return
    const cost = blockSad(from, to, x, y, dx, dy, best)
    if (cost >= best) return
    bestX = dx
    bestY = dy
    best = cost
  }
  for (const move of candidates) look(Math.min(maxX, Math.max(-x, move[0])), Math.min(maxY, Math.max(-y, move[1])))
  for (const step of SEARCH_STEPS) {
    if (best <= good) break
    const centreX = bestX
    const centreY = bestY
    for (let dy = -step; dy <= step; dy += step) {
      for (let dx = -step; dx <= step; dx += step) if (dx !== 0 || dy !== 0) look(centreX + dx, centreY + dy)
    }
  }
  return { move: [bestX, bestY], cost: best }
}

/** Distance of the mean colours of a block and its match, in levels. */
function colourShift(from: AnalysisFrame, to: AnalysisFrame, x: number, y: number, [dx, dy]: Move): number {
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

/** The displacement of the whole picture with the least difference: coarsely everywhere, then finely around the best. */
function globalMotion(from: AnalysisFrame, to: AnalysisFrame): Move {
  let bestX = 0
  let bestY = 0
  let best = pictureDifference(from, to, 0, 0)
  for (const step of GLOBAL_STEPS) {
    const [spanX, spanY] = step === GLOBAL_STEPS[0] ? [GLOBAL_REACH_X, GLOBAL_REACH_Y] : [step, step]
    const [centreX, centreY] = [bestX, bestY]
    for (let dy = centreY - spanY; dy <= centreY + spanY; dy += step) {
      for (let dx = centreX - spanX; dx <= centreX + spanX; dx += step) {
        const difference = pictureDifference(from, to, dx, dy)
        if (difference >= best) continue
        best = difference
        bestX = dx
        bestY = dy
      }
    }
  }
  return [bestX, bestY]
}

/** Mean absolute difference of what two frames share when one is moved, on every fourth pixel. */
function pictureDifference(from: AnalysisFrame, to: AnalysisFrame, dx: number, dy: number): number {
  const { width, height, luma } = to
  const other = from.luma
  const [startX, endX] = [Math.max(0, -dx), Math.min(width, width - dx)]
  let sum = 0
  let count = 0
  for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y += SAMPLE) {
    const row = y * width
    const moved = (y + dy) * width + dx
    for (let x = startX; x < endX; x += SAMPLE)
      sum += Math.abs((luma[row + x] as number) - (other[moved + x] as number))
    count += Math.ceil((endX - startX) / SAMPLE)
  }
  return count === 0 ? Number.POSITIVE_INFINITY : sum / count
}
