import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeCrop } from './place-crop.ts'

const HD = { width: 1920, height: 1080 }
const TALL = { width: 1080, height: 1920 }

test('a crop of the output’s shape fills it', () => {
  const crop = { x: 100.25, y: 0, width: 607.5, height: 1080 }
  expect(placeCrop(crop, HD, TALL)).toEqual({ box: { x: 0, y: 0, ...TALL }, view: crop, contained: false })
})

test('less than one per cent off is stretched, as rounded keyframes are', () => {
  expect(placeCrop({ x: 0, y: 0, width: 602, height: 1080 }, HD, TALL).contained).toBe(false)
  expect(placeCrop({ x: 0, y: 0, width: 601, height: 1080 }, HD, TALL).contained).toBe(true)
})

test('a wide crop is shown whole, in the middle of a tall picture, at an exact scale', () => {
  const { box, view, contained } = placeCrop({ x: 0, y: 0, ...HD }, HD, TALL)
  expect(contained).toBe(true)
  // 607.5 lines, to the nearest even ones on both sides of the middle.
  expect(box).toEqual({ x: 0, y: 656, width: 1080, height: 608 })
  expect(view.width / box.width).toBeCloseTo(1920 / 1080, 12)
  expect(view.height / box.height).toBeCloseTo(1920 / 1080, 12)
  expect(view.y + view.height / 2).toBeCloseTo(540, 9)
})

test('property: the box is even and inside the output, its centre shows the crop’s, and the scale is the same both ways', () => {
  const side = fc.integer({ min: 1, max: 4000 })
  const size = fc.record({ width: side, height: side })
  const even = fc.record({ width: side.map((half) => 2 * half), height: side.map((half) => 2 * half) })
  const part = fc.double({ min: 0.01, max: 1, noNaN: true })
  fc.assert(
    fc.property(size, even, part, part, (source, output, across, down) => {
      const crop = { x: 0, y: 0, width: source.width * across, height: source.height * down }
      const { box, view, contained } = placeCrop(crop, source, output)
      expect([box.x % 2, box.y % 2, box.width % 2, box.height % 2]).toEqual([0, 0, 0, 0])
      expect([box.width > 0, box.height > 0]).toEqual([true, true])
      expect([box.x + box.width + box.x, box.y + box.height + box.y]).toEqual([output.width, output.height])
      expect(view.x + view.width / 2).toBeCloseTo(crop.width / 2, 6)
      const stretch = (view.width / box.width) * (box.height / view.height)
      if (contained) expect(stretch).toBeCloseTo(1, 9)
      expect(Math.max(stretch, 1 / stretch)).toBeLessThan(1.0101)
    }),
  )
})
