/**
 * Lays a small plane over a larger one: `target + (picture − target) × alpha / 255`. `step` is 1 for luma and 2 for chroma, whose alpha
 * is the mean of the alphas above and below its site, at the luma column it is sited on.
 */
export function blendPlane(
  target: usize,
  targetStride: i32,
  picture: usize,
  pictureStride: i32,
  alpha: usize,
  alphaStride: i32,
  alphaRows: i32,
  width: i32,
  height: i32,
  step: i32,
): void {
  for (let y = 0; y < height; y++) {
    const above = alpha + <usize>(y * step * alphaStride)
    const below = alpha + <usize>(min(y * step + step - 1, alphaRows - 1) * alphaStride)
    for (let x = 0; x < width; x++) {
      const opacity = <i32>load<u8>(above + <usize>(x * step)) + <i32>load<u8>(below + <usize>(x * step))
      if (opacity === 0) continue
      const at = target + <usize>(y * targetStride + x)
      const behind = <i32>load<u8>(at)
      const front = <i32>load<u8>(picture + <usize>(y * pictureStride + x))
      // Rounded to the nearest, halves up; the offset keeps the dividend positive.
      const blended = ((front - behind) * opacity + 510 * 256 + 255) / 510 - 256 + behind
      store<u8>(at, <u8>blended)
    }
  }
}
