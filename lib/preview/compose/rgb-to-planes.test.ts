import { expect, test } from 'vitest'
import { rgbToPlanes } from './rgb-to-planes.ts'

function planes(colour: readonly [number, number, number], yuv: Parameters<typeof rgbToPlanes>[2]): number[] {
  const size = { width: 3, height: 3 }
  const rgba = Uint8ClampedArray.from({ length: 36 }, (_, index) => [...colour, 255][index % 4] ?? 0)
  const to = new Uint8Array(9 + 2 * 4)
  rgbToPlanes(rgba, size, yuv, to)
  return [to[0] ?? -1, to[9] ?? -1, to[13] ?? -1]
}

// 100 % colour bars as the recommendations give them (ITU-R BT.709 and BT.601, 8 bits).
test.each([
  ['white', [255, 255, 255], [235, 128, 128]],
  ['red', [255, 0, 0], [63, 102, 240]],
  ['green', [0, 255, 0], [173, 42, 26]],
  ['blue', [0, 0, 255], [32, 240, 118]],
  ['black', [0, 0, 0], [16, 128, 128]],
] as const)('%s in BT.709', (_, rgb, yuv) => {
  expect(planes(rgb, { matrix: 'bt709', range: 'limited' })).toEqual(yuv)
})

test('red in BT.601, and in full range', () => {
  expect(planes([255, 0, 0], { matrix: 'bt601', range: 'limited' })).toEqual([81, 90, 240])
  expect(planes([255, 0, 0], { matrix: 'bt601', range: 'full' })).toEqual([76, 85, 255])
})

test('the last column and row of odd sizes have chroma of their own', () => {
  const rgba = new Uint8ClampedArray(36)
  rgba.set([255, 0, 0, 255], 32)
  const to = new Uint8Array(17)
  rgbToPlanes(rgba, { width: 3, height: 3 }, { matrix: 'bt709', range: 'limited' }, to)
  expect([...to.subarray(13)]).toEqual([128, 128, 128, 240])
})
