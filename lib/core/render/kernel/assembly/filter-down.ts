import { Pass } from './pass'

/** 14 fraction bits of the weights and 6 of the ring. */
const FRACTION = 20

/** Filters the ring's rows from `start` to one row of `u8`, saturated. Writes up to 15 samples past the row's end. */
export function filterDown(pass: Pass, y: i32, start: i32, target: usize): void {
  const weights = pass.yWeights + <usize>(y * pass.yTaps) * 2
  if (pass.yTaps === 6) filterDown6(pass, start, weights, target)
  else filterDownMany(pass, start, weights, target)
}

function ringRow(pass: Pass, row: i32): usize {
  return pass.ring + <usize>(row % pass.ringRows) * pass.ringStride
}

/** The usual case, Lanczos-3 that does not shrink: three pairs of rows, all addresses in locals. */
function filterDown6(pass: Pass, start: i32, weights: usize, target: usize): void {
  const r0 = ringRow(pass, start) - (target << 1)
  const r1 = ringRow(pass, start + 1) - (target << 1)
  const r2 = ringRow(pass, start + 2) - (target << 1)
  const r3 = ringRow(pass, start + 3) - (target << 1)
  const r4 = ringRow(pass, start + 4) - (target << 1)
  const r5 = ringRow(pass, start + 5) - (target << 1)
  const w01 = v128.load32_splat(weights)
  const w23 = v128.load32_splat(weights, 4)
  const w45 = v128.load32_splat(weights, 8)
  const bias = i32x4.splat(pass.bias)
  const end = target + <usize>pass.width
  for (; target < end; target += 16) {
    const at = target << 1
    let a = v128.load(r0 + at)
    let b = v128.load(r1 + at)
    let low = i32x4.add(bias, i32x4.dot_i16x8_s(pairLow(a, b), w01))
    let high = i32x4.add(bias, i32x4.dot_i16x8_s(pairHigh(a, b), w01))
    a = v128.load(r2 + at)
    b = v128.load(r3 + at)
    low = i32x4.add(low, i32x4.dot_i16x8_s(pairLow(a, b), w23))
    high = i32x4.add(high, i32x4.dot_i16x8_s(pairHigh(a, b), w23))
    a = v128.load(r4 + at)
    b = v128.load(r5 + at)
    low = i32x4.add(low, i32x4.dot_i16x8_s(pairLow(a, b), w45))
    high = i32x4.add(high, i32x4.dot_i16x8_s(pairHigh(a, b), w45))
    const left = i16x8.narrow_i32x4_s(i32x4.shr_s(low, FRACTION), i32x4.shr_s(high, FRACTION))

    a = v128.load(r0 + at, 16)
    b = v128.load(r1 + at, 16)
    low = i32x4.add(bias, i32x4.dot_i16x8_s(pairLow(a, b), w01))
    high = i32x4.add(bias, i32x4.dot_i16x8_s(pairHigh(a, b), w01))
    a = v128.load(r2 + at, 16)
    b = v128.load(r3 + at, 16)
    low = i32x4.add(low, i32x4.dot_i16x8_s(pairLow(a, b), w23))
    high = i32x4.add(high, i32x4.dot_i16x8_s(pairHigh(a, b), w23))
    a = v128.load(r4 + at, 16)
    b = v128.load(r5 + at, 16)
    low = i32x4.add(low, i32x4.dot_i16x8_s(pairLow(a, b), w45))
    high = i32x4.add(high, i32x4.dot_i16x8_s(pairHigh(a, b), w45))
    const right = i16x8.narrow_i32x4_s(i32x4.shr_s(low, FRACTION), i32x4.shr_s(high, FRACTION))
    v128.store(target, i8x16.narrow_i16x8_u(left, right))
  }
}

function filterDownMany(pass: Pass, start: i32, weights: usize, target: usize): void {
  const end = target + <usize>pass.width
  const weightsEnd = weights + ((<usize>pass.yTaps) << 1)
  const bias = i32x4.splat(pass.bias)
  const ringEnd = pass.ring + <usize>pass.ringRows * pass.ringStride
  const first = ringRow(pass, start)
  for (let at: usize = 0; target < end; target += 16, at += 32) {
    let row = first
    let low0 = bias
    let high0 = bias
    let low1 = bias
    let high1 = bias
    for (let weight = weights; weight < weightsEnd; weight += 4) {
      let below = row + pass.ringStride
      if (below === ringEnd) below = pass.ring
      const pair = v128.load32_splat(weight)
      let a = v128.load(row + at)
      let b = v128.load(below + at)
      low0 = i32x4.add(low0, i32x4.dot_i16x8_s(pairLow(a, b), pair))
      high0 = i32x4.add(high0, i32x4.dot_i16x8_s(pairHigh(a, b), pair))
      a = v128.load(row + at, 16)
      b = v128.load(below + at, 16)
      low1 = i32x4.add(low1, i32x4.dot_i16x8_s(pairLow(a, b), pair))
      high1 = i32x4.add(high1, i32x4.dot_i16x8_s(pairHigh(a, b), pair))
      row = below + pass.ringStride
      if (row === ringEnd) row = pass.ring
    }
    const left = i16x8.narrow_i32x4_s(i32x4.shr_s(low0, FRACTION), i32x4.shr_s(high0, FRACTION))
    const right = i16x8.narrow_i32x4_s(i32x4.shr_s(low1, FRACTION), i32x4.shr_s(high1, FRACTION))
    v128.store(target, i8x16.narrow_i16x8_u(left, right))
  }
}

/** Samples of two rows side by side, columns 0–3 and 4–7, so that one multiply-add weighs both. */
function pairLow(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
}

function pairHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
}
