/** Sum of absolute differences of two blocks of 8 × 8 samples whose rows are `stride` apart. */
export function blockSad(a: usize, b: usize, stride: usize): i32 {
  let sums = twoRows(a, b, stride)
  a += stride << 1
  b += stride << 1
  sums = i16x8.add(sums, twoRows(a, b, stride))
  a += stride << 1
  b += stride << 1
  sums = i16x8.add(sums, twoRows(a, b, stride))
  a += stride << 1
  b += stride << 1
  sums = i16x8.add(sums, twoRows(a, b, stride))
  return sumOfWords(sums)
}

function twoRows(a: usize, b: usize, stride: usize): v128 {
  const first = v128.load64_lane(a + stride, v128.load64_zero(a), 1)
  const second = v128.load64_lane(b + stride, v128.load64_zero(b), 1)
  return i16x8.extadd_pairwise_i8x16_u(absoluteDifference(first, second))
}

/** Per byte. */
export function absoluteDifference(a: v128, b: v128): v128 {
  return v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a))
}

/** Of eight words without sign. */
export function sumOfWords(words: v128): i32 {
  const four = i32x4.extadd_pairwise_i16x8_u(words)
  const two = i32x4.add(four, v128.shuffle<i32>(four, four, 2, 3, 0, 1))
  return i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1)
}
