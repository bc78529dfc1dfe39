import { expect, test } from 'vitest'
import { QUARTER, quarterSums } from './analysis-frame.ts'

test('the sums of quarter blocks are right up to the last line and column', () => {
  const [width, height] = [13, 9]
  const luma = Uint8Array.from({ length: width * height }, (_, index) => (index * 97) % 256)
  const sums = quarterSums(luma, width)
  for (let y = 0; y + QUARTER <= height; y++) {
    for (let x = 0; x + QUARTER <= width; x++) {
      let sum = 0
      for (let row = 0; row < QUARTER; row++)
        for (let column = 0; column < QUARTER; column++) sum += luma[(y + row) * width + x + column] ?? 0
      expect(sums[y * width + x]).toBe(sum)
    }
  }
})
