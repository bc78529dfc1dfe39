import { Pass } from './pass'

/** Fraction bits dropped here: 14 of the weights leave 6 for the ring. */
const DROPPED = 8

/** Filters one source row to all columns: `u8` in, `i16` with 6 fraction bits out. Makes up to 3 columns more than asked. */
export function filterAcross(pass: Pass, source: usize, target: usize): void {
  if (pass.xTaps === 8) filterAcross8(pass, source, target)
  else filterAcrossMany(pass, source, target)
}

function filterAcross8(pass: Pass, source: usize, target: usize): void {
  let starts = pass.xStarts
  let weights = pass.xWeights
  const end = target + ((<usize>pass.width) << 1)
  for (; target < end; target += 8) {
    const a = i32x4.dot_i16x8_s(v128.load8x8_u(source + load<usize>(starts)), v128.load(weights))
    const b = i32x4.dot_i16x8_s(v128.load8x8_u(source + load<usize>(starts, 4)), v128.load(weights, 16))
    const c = i32x4.dot_i16x8_s(v128.load8x8_u(source + load<usize>(starts, 8)), v128.load(weights, 32))
    const d = i32x4.dot_i16x8_s(v128.load8x8_u(source + load<usize>(starts, 12)), v128.load(weights, 48))
    storeColumns(target, a, b, c, d)
    starts += 16
    weights += 64
  }
}

function filterAcrossMany(pass: Pass, source: usize, target: usize): void {
  let starts = pass.xStarts
  let weights = pass.xWeights
  const taps = pass.xTaps
  const end = target + ((<usize>pass.width) << 1)
  for (; target < end; target += 8) {
    const a = dotRow(source + load<usize>(starts), weights, taps)
    weights += (<usize>taps) << 1
    const b = dotRow(source + load<usize>(starts, 4), weights, taps)
    weights += (<usize>taps) << 1
    const c = dotRow(source + load<usize>(starts, 8), weights, taps)
    weights += (<usize>taps) << 1
    const d = dotRow(source + load<usize>(starts, 12), weights, taps)
    weights += (<usize>taps) << 1
    storeColumns(target, a, b, c, d)
    starts += 16
  }
}

/** Four partial sums of one column. */
function dotRow(source: usize, weights: usize, taps: i32): v128 {
  let sum = i32x4.dot_i16x8_s(v128.load8x8_u(source), v128.load(weights))
  for (let tap = 8; tap < taps; tap += 8) {
    source += 8
    weights += 16
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load8x8_u(source), v128.load(weights)))
  }
  return sum
}

/** Adds up the partial sums of four columns (a transposition and three additions), rounds and stores them. */
function storeColumns(target: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7))
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7))
  const sum = i32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3))
  const rounded = i32x4.shr_s(i32x4.add(sum, i32x4.splat(1 << (DROPPED - 1))), DROPPED)
  v128.store64_lane(target, i16x8.narrow_i32x4_s(rounded, rounded), 0)
}
