import { absoluteDifference, sumOfWords } from './block-sad'
import { Picture } from './picture'

/** Whole-picture motion is looked for up to a quarter of the picture's width per frame: faster, a pan is but a blur. */
const REACH_X = 24
const REACH_Y = 16
/** All displacements are multiples of it, so every fourth sample of every fourth row is all that is looked at. */
const SAMPLE = 4

let globalX: i32 = 0
let globalY: i32 = 0
let least: f64 = 0

export function motionX(): i32 {
  return globalX
}
export function motionY(): i32 {
  return globalY
}

/** The displacement of the whole picture with the least difference: coarsely everywhere, then finely around the best. */
export function findGlobalMotion(from: Picture, to: Picture): void {
  thinOut(from)
  thinOut(to)
  globalX = 0
  globalY = 0
  least = coarseDifference(from, to, 0, 0)
  lookAround(from, to, REACH_X, REACH_Y, 8)
  lookAround(from, to, SAMPLE, SAMPLE, SAMPLE)
}

function lookAround(from: Picture, to: Picture, spanX: i32, spanY: i32, step: i32): void {
  const centreX = globalX
  const centreY = globalY
  for (let dy = centreY - spanY; dy <= centreY + spanY; dy += step) {
    for (let dx = centreX - spanX; dx <= centreX + spanX; dx += step) {
      const difference = coarseDifference(from, to, dx / SAMPLE, dy / SAMPLE)
      if (difference >= least) continue
      least = difference
      globalX = dx
      globalY = dy
    }
  }
}

function coarseWidth(picture: Picture): i32 {
  return (picture.width + SAMPLE - 1) / SAMPLE
}

function thinOut(picture: Picture): void {
  let target = picture.coarse
  for (let y = 0; y < picture.height; y += SAMPLE) {
    const row = picture.luma + <usize>(y * picture.width)
    for (let x = 0; x < picture.width; x += SAMPLE) store<u8>(target++, load<u8>(row + <usize>x))
  }
}

/** Mean absolute difference of what two coarse pictures share when one is moved; endless when they share nothing. */
function coarseDifference(from: Picture, to: Picture, dx: i32, dy: i32): f64 {
  const width = coarseWidth(to)
  const height = (to.height + SAMPLE - 1) / SAMPLE
  const startX = max(0, -dx)
  const startY = max(0, -dy)
  const columns = min(width, width - dx) - startX
  const rows = min(height, height - dy) - startY
  if (columns <= 0 || rows <= 0) return f64.MAX_VALUE
  let sum = 0
  for (let row = startY; row < startY + rows; row++) {
    const a = to.coarse + <usize>(row * width + startX)
    const b = from.coarse + <usize>((row + dy) * width + startX + dx)
    sum += rowDifference(a, b, columns)
  }
  return <f64>sum / <f64>(columns * rows)
}

function rowDifference(a: usize, b: usize, columns: i32): i32 {
  let sums = i16x8.splat(0)
  let column = 0
  for (; column + 8 <= columns; column += 8) {
    const at = <usize>column
    const difference = absoluteDifference(v128.load64_zero(a + at), v128.load64_zero(b + at))
    sums = i16x8.add(sums, i16x8.extadd_pairwise_i8x16_u(difference))
  }
  let sum = sumOfWords(sums)
  for (; column < columns; column++) {
    const at = <usize>column
    sum += abs(<i32>load<u8>(a + at) - <i32>load<u8>(b + at))
  }
  return sum
}
