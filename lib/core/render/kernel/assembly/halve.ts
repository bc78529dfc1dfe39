/**
 * Halves a plane: each sample is the mean of 2×2, edges repeated where the size is odd. `rounding` is 2 or 1; alternating it over
 * successive halvings cancels the bias of either.
 */
export function halve(source: usize, width: i32, height: i32, target: usize, rounding: i32): void {
  const halfWidth = (width + 1) >> 1
  for (let y = 0; y < height; y += 2) {
    const above = source + <usize>y * <usize>width
    const below = y + 1 < height ? above + <usize>width : above
    halveRow(above, below, width, target, rounding)
    target += <usize>halfWidth
  }
}

function halveRow(above: usize, below: usize, width: i32, target: usize, rounding: i32): void {
  const round = i16x8.splat(<i16>rounding)
  let x = 0
  for (; x + 32 <= width; x += 32) {
    const at = <usize>x
    const low = i16x8.add(pairs(v128.load(above + at)), pairs(v128.load(below + at)))
    const high = i16x8.add(pairs(v128.load(above + at, 16)), pairs(v128.load(below + at, 16)))
    const left = i16x8.shr_u(i16x8.add(low, round), 2)
    const right = i16x8.shr_u(i16x8.add(high, round), 2)
    v128.store(target + (at >> 1), i8x16.narrow_i16x8_u(left, right))
  }
  for (; x < width; x += 2) {
    const next = min(x + 1, width - 1)
    const sum =
      <i32>load<u8>(above + <usize>x) +
      <i32>load<u8>(above + <usize>next) +
      <i32>load<u8>(below + <usize>x) +
      <i32>load<u8>(below + <usize>next)
    store<u8>(target + <usize>(x >> 1), <u8>((sum + rounding) >> 2))
  }
}

function pairs(samples: v128): v128 {
  return i16x8.extadd_pairwise_i8x16_u(samples)
}
