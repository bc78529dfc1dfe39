import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outputSize } from './output-size.ts'

const HD = { width: 1920, height: 1080 }
const crop = (width: number, height: number, frame = 0) => ({ frame, x: 0, y: 0, width, height })

test('with nothing asked for, the picture keeps its size, made even', () => {
  expect(outputSize(HD, {})).toEqual(HD)
  expect(outputSize({ width: 641, height: 359 }, {})).toEqual({ width: 642, height: 360 })
})

test('a named size is kept; one named side gives the other by the shape of the crop', () => {
  expect(outputSize(HD, { outputWidth: 1080, outputHeight: 1920 })).toEqual({ width: 1080, height: 1920 })
  expect(outputSize(HD, { outputHeight: 1280, crop: [crop(607.5, 1080)] })).toEqual({ width: 720, height: 1280 })
})

test('a path that zooms keeps the pixels of its largest crop', () => {
  const path = [crop(300, 400), crop(600, 800, 10), crop(150, 200, 20)]
  expect(outputSize(HD, { crop: path })).toEqual({ width: 600, height: 800 })
})

test('an upscaled picture may be limited in height', () => {
  expect(outputSize(HD, { upscale: 4 })).toEqual({ width: 7680, height: 4320 })
  expect(outputSize(HD, { upscale: 4, maxHeight: 2160 })).toEqual({ width: 3840, height: 2160 })
})

test('property: sizes are even and no taller than allowed', () => {
  const side = fc.integer({ min: 64, max: 7680 })
  fc.assert(
    fc.property(side, side, fc.integer({ min: 72, max: 2160 }), (width, height, half) => {
      const size = outputSize({ width, height }, { maxHeight: 2 * half })
      expect([size.width % 2, size.height % 2]).toEqual([0, 0])
      expect(size.height).toBeLessThanOrEqual(2 * half)
    }),
  )
})
