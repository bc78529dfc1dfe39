import { sumOfWords } from './block-sad'
import { Picture } from './picture'

/** Distance of the mean colours of a block and its match, in levels. */
export function colourShift(from: Picture, to: Picture, x: i32, y: i32, dx: i32, dy: i32): f64 {
  const stride = (to.width + 1) >> 1
  const a = <usize>((y >> 1) * stride + (x >> 1))
  const b = <usize>(((y + dy) >> 1) * stride + ((x + dx) >> 1))
  const cb = blockSum(to.cb + a, <usize>stride) - blockSum(from.cb + b, <usize>stride)
  const cr = blockSum(to.cr + a, <usize>stride) - blockSum(from.cr + b, <usize>stride)
  return <f64>(abs(cb) + abs(cr)) / 16
}

/** Of 4 × 4 samples. */
function blockSum(at: usize, stride: usize): i32 {
  let samples = v128.load32_zero(at)
  samples = v128.load32_lane(at + stride, samples, 1)
  samples = v128.load32_lane(at + 2 * stride, samples, 2)
  samples = v128.load32_lane(at + 3 * stride, samples, 3)
  return sumOfWords(i16x8.extadd_pairwise_i8x16_u(samples))
}
