import { type AnalysisFrame, BLOCK } from '#lib/core/scenes/analysis-frame.ts'
import type { Tolerance } from '#lib/core/scenes/kernel/block-matcher.ts'
import type { Dissimilarity } from '#lib/core/scenes/match-blocks.ts'

const PIXELS = BLOCK * BLOCK
type Move = readonly [dx: number, dy: number]
interface Pair {
  readonly from: AnalysisFrame
  readonly to: AnalysisFrame
}
interface Found {
  readonly move: Move
  readonly cost: number
}

/** What the kernel computes, written for reading: no shortcuts, one sample after another. */
export function referenceMatch(from: AnalysisFrame, to: AnalysisFrame, { noise, colour }: Tolerance): Dissimilarity {
  const pair = { from, to }
  let [unexplained, detail, distance, changed] = [0, 0, 0, 0]
  let before: Move = [0, 0]
  for (let row = 0; row < to.rows; row++) {
    for (let column = 0; column < to.columns; column++) {
      const at: Move = [to.left + column * BLOCK, to.top + row * BLOCK]
      const { move, cost } = search(pair, at, before, noise * PIXELS)
      const activity = Math.max(detailAt(to, at[0], at[1]), detailAt(from, at[0] + move[0], at[1] + move[1]))
      const ratio = Math.min(1, Math.max(0, cost / PIXELS - noise / 2) / (activity + noise))
      const shift = Math.min(1, colourDistance(pair, at, move) / colour)
      unexplained += ratio * (activity + 1)
      detail += activity + 1
      distance += shift
      if (ratio > 0.5 || shift > 0.6) changed += 1
      before = move
    }
  }
  const blocks = Math.max(1, to.columns * to.rows)
  return { structure: unexplained / Math.max(1, detail), colour: distance / blocks, area: changed / blocks }
}

function search(pair: Pair, [x, y]: Move, before: Move, good: number): Found {
  const { width, height } = pair.to
  let best: Found = { move: [0, 0], cost: sad(pair, [x, y], [0, 0]) }
  if (best.cost <= good) return best
  const look = (move: Move) => {
    const [dx, dy] = move
    if (x + dx < 0 || y + dy < 0 || x + dx > width - BLOCK || y + dy > height - BLOCK) return
    const cost = sad(pair, [x, y], move)
    if (cost < best.cost) best = { move, cost }
  }
  const inside = ([dx, dy]: Move): Move => [
    Math.min(width - BLOCK - x, Math.max(-x, dx)),
    Math.min(height - BLOCK - y, Math.max(-y, dy)),
  ]
  for (const move of [wholePictureMove(pair), before]) look(inside(move))
  for (const step of [3, 2, 1, 1]) {
    const [centreX, centreY] = best.move
    if (best.cost <= good) break
    for (const dy of [-step, 0, step]) for (const dx of [-step, 0, step]) look([centreX + dx, centreY + dy])
  }
  return best
}

function sad({ from, to }: Pair, [x, y]: Move, [dx, dy]: Move): number {
  let sum = 0
  for (let row = y; row < y + BLOCK; row++) {
    for (let column = x; column < x + BLOCK; column++)
      sum += Math.abs(luma(to, column, row) - luma(from, column + dx, row + dy))
  }
  return sum
}

function luma({ luma: samples, width }: AnalysisFrame, x: number, y: number): number {
  return samples[y * width + x] ?? Number.NaN
}

function wholePictureMove(pair: Pair): Move {
  let best: Found = { move: [0, 0], cost: meanDifference(pair, [0, 0]) }
  for (const [spanX, spanY, step] of [
    [24, 16, 8],
    [4, 4, 4],
  ] as const) {
    const [centreX, centreY] = best.move
    for (let dy = centreY - spanY; dy <= centreY + spanY; dy += step) {
      for (let dx = centreX - spanX; dx <= centreX + spanX; dx += step) {
        const cost = meanDifference(pair, [dx, dy])
        if (cost < best.cost) best = { move: [dx, dy], cost }
      }
    }
  }
  return best.move
}

/** Of every fourth sample of every fourth row that both have; endless when there is none. */
function meanDifference({ from, to }: Pair, [dx, dy]: Move): number {
  let [sum, count] = [0, 0]
  for (let y = 0; y < to.height; y += 4) {
    for (let x = 0; x < to.width; x += 4) {
      if (x + dx < 0 || y + dy < 0 || x + dx >= to.width || y + dy >= to.height) continue
      sum += Math.abs(luma(to, x, y) - luma(from, x + dx, y + dy))
      count += 1
    }
  }
  return count === 0 ? Number.POSITIVE_INFINITY : sum / count
}

function detailAt({ activity, columns, rows, left, top }: AnalysisFrame, x: number, y: number): number {
  const column = Math.min(columns - 1, Math.max(0, Math.round((x - left) / BLOCK)))
  const row = Math.min(rows - 1, Math.max(0, Math.round((y - top) / BLOCK)))
  return activity[row * columns + column] ?? 0
}

function colourDistance({ from, to }: Pair, [x, y]: Move, [dx, dy]: Move): number {
  const mean = (plane: Uint8Array, left: number, top: number) => {
    let sum = 0
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < 4; column++)
        sum += plane[(top + row) * Math.ceil(to.width / 2) + left + column] ?? Number.NaN
    }
    return sum / 16
  }
  const [toX, toY, fromX, fromY] = [x >> 1, y >> 1, (x + dx) >> 1, (y + dy) >> 1]
  const cb = mean(to.cb, toX, toY) - mean(from.cb, fromX, fromY)
  const cr = mean(to.cr, toX, toY) - mean(from.cr, fromX, fromY)
  return Math.abs(cb) + Math.abs(cr)
}
