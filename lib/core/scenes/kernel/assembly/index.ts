import { colourShift } from './colour-shift'
import { findGlobalMotion, motionX, motionY } from './global-motion'
import { activityAt, Picture } from './picture'
import { beginSearch, foundCost, foundX, foundY, searchBlock } from './search-block'

const BLOCK = 8
const PIXELS = 64

let unexplained: f64 = 0
let colour: f64 = 0
let area: f64 = 0

/** Share of the detail that no displacement of the other picture explains, 0–1; of the last comparison, as the other two. */
export function structureOf(): f64 {
  return unexplained
}
/** Mean distance of the colours of matched blocks, 0–1. */
export function colourOf(): f64 {
  return colour
}
/** Share of the blocks that changed, 0–1. */
export function areaOf(): f64 {
  return area
}

/**
 * Compares two pictures of one size block by block, each block of `to` with its best match in `from`. `noise` and `another` are levels by
 * which blocks differ without any change, and chroma of another picture differs.
 */
export function matchBlocks(from: Picture, to: Picture, noise: f64, another: f64): void {
  let detail: f64 = 0
  let changed = 0
  let isMotionKnown = false
  let beforeX = 0
  let beforeY = 0
  unexplained = 0
  colour = 0
  for (let row = 0; row < to.rows; row++) {
    for (let column = 0; column < to.columns; column++) {
      const x = to.left + column * BLOCK
      const y = to.top + row * BLOCK
      beginSearch(from, to, x, y)
      if (<f64>foundCost() > noise * PIXELS) {
        if (!isMotionKnown) findGlobalMotion(from, to)
        isMotionKnown = true
        searchBlock(from, to, x, y, noise * PIXELS, motionX(), motionY(), beforeX, beforeY)
      }
      beforeX = foundX()
      beforeY = foundY()
      const activity = max(activityAt(to, x, y), activityAt(from, x + beforeX, y + beforeY))
      const residual = max<f64>(0, <f64>foundCost() / PIXELS - noise / 2)
      const ratio = min<f64>(1, residual / (activity + noise))
      unexplained += ratio * (activity + 1)
      detail += activity + 1
      const shift = min<f64>(1, colourShift(from, to, x, y, beforeX, beforeY) / another)
      colour += shift
      if (ratio > 0.5 || shift > 0.6) changed++
    }
  }
  const blocks = <f64>max(1, to.columns * to.rows)
  unexplained /= max<f64>(1, detail)
  colour /= blocks
  area = <f64>changed / blocks
}
