import { blockSad } from './block-sad'
import { Picture } from './picture'

const BLOCK = 8

/** The best match found so far. The module is instantiated once per thread and never re-entered, so it may be kept here. */
let bestX: i32 = 0
let bestY: i32 = 0
let best: i32 = 0

export function foundX(): i32 {
  return bestX
}
export function foundY(): i32 {
  return bestY
}
export function foundCost(): i32 {
  return best
}

/** Begins with no displacement. */
export function beginSearch(from: Picture, to: Picture, x: i32, y: i32): void {
  const at = <usize>(y * to.width + x)
  bestX = 0
  bestY = 0
  best = blockSad(to.luma + at, from.luma + at, <usize>to.width)
}

/** Tries two displacements, then goes downhill from the best in steps of 3, 2, 1 and 1 samples, until the match is `good`. */
export function searchBlock(
  from: Picture,
  to: Picture,
  x: i32,
  y: i32,
  good: f64,
  firstX: i32,
  firstY: i32,
  secondX: i32,
  secondY: i32,
): void {
  const maxX = to.width - BLOCK - x
  const maxY = to.height - BLOCK - y
  look(from, to, x, y, min(maxX, max(-x, firstX)), min(maxY, max(-y, firstY)))
  look(from, to, x, y, min(maxX, max(-x, secondX)), min(maxY, max(-y, secondY)))
  around(from, to, x, y, 3, good)
  around(from, to, x, y, 2, good)
  around(from, to, x, y, 1, good)
  around(from, to, x, y, 1, good)
}

function around(from: Picture, to: Picture, x: i32, y: i32, step: i32, good: f64): void {
  if (<f64>best <= good) return
  const centreX = bestX
  const centreY = bestY
  for (let dy = -step; dy <= step; dy += step) {
    for (let dx = -step; dx <= step; dx += step) {
      if (dx !== 0 || dy !== 0) look(from, to, x, y, centreX + dx, centreY + dy)
    }
  }
}

function look(from: Picture, to: Picture, x: i32, y: i32, dx: i32, dy: i32): void {
  const width = to.width
  if (dx < -x || dy < -y || dx > width - BLOCK - x || dy > to.height - BLOCK - y) return
  const cost = blockSad(to.luma + <usize>(y * width + x), from.luma + <usize>((y + dy) * width + x + dx), <usize>width)
  if (cost >= best) return
  bestX = dx
  bestY = dy
  best = cost
}
