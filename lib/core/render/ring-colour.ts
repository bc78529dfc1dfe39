import type { Highlight } from './compositor.ts'

/** Luma weights of red and blue (BT.709, BT.601, BT.2020 non-constant luminance). */
const MATRICES = {
  bt709: { red: 0.2126, blue: 0.0722 },
  bt601: { red: 0.299, blue: 0.114 },
  bt2020: { red: 0.2627, blue: 0.0593 },
} as const

const WARM_WHITE = [255, 246, 229] as const

/** Y′, Cb and Cr of the ring as 8-bit samples. */
export function colourSamples(
  { ringColour: [red, green, blue] = WARM_WHITE, matrix = 'bt709' }: Highlight,
  limited: boolean,
): [luma: number, cb: number, cr: number] {
  const weights = MATRICES[matrix]
  const luma = weights.red * red + (1 - weights.red - weights.blue) * green + weights.blue * blue
  const [cb, cr] = [(blue - luma) / (2 - 2 * weights.blue), (red - luma) / (2 - 2 * weights.red)]
  const [offset, lumaScale, chromaScale] = limited ? [16, 219 / 255, 224 / 255] : [0, 1, 1]
  return [sample(offset + luma * lumaScale), sample(128 + cb * chromaScale), sample(128 + cr * chromaScale)]
}

function sample(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)))
}
