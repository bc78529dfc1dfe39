import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  CROP_HANDLES,
  cropZoom,
  handlePoint,
  hitCrop,
  MAX_ZOOM,
  moveCrop,
  resizeCrop,
  zoomCrop,
} from './crop-handles.ts'
import { largestCrop } from './crop-shapes.ts'

const source = { width: 1920, height: 1080 }
const ratio = 9 / 16
const shape = { ratio, source }
const crop = { x: 600, y: 200, width: 360, height: 640 }

test('a crop moves with the pointer and stops at the edges of the picture', () => {
  expect(moveCrop(crop, 10, -30, source)).toEqual({ ...crop, x: 610, y: 170 })
  expect(moveCrop(crop, 5000, -5000, source)).toEqual({ ...crop, x: 1560, y: 0 })
})

test('a corner goes to the pointer while the opposite one stays', () => {
  const larger = resizeCrop(crop, 'se', { x: 600 + 450, y: 300 }, shape)
  expect(larger).toEqual({ x: 600, y: 200, width: 450, height: 800 })
  const smaller = resizeCrop(crop, 'nw', { x: 780, y: 520 }, shape)
  expect(smaller).toEqual({ x: 780, y: 520, width: 180, height: 320 })
})

test('property: however a corner is dragged, shape, picture and smallest size are kept, and the opposite corner stays', () => {
  const opposite = { nw: 'se', ne: 'sw', se: 'nw', sw: 'ne' } as const
  const coordinate = fc.double({ min: -4000, max: 4000, noNaN: true })
  fc.assert(
    fc.property(fc.constantFrom(...CROP_HANDLES), coordinate, coordinate, (handle, x, y) => {
      const made = resizeCrop(crop, handle, { x, y }, shape)
      expect(made.width / made.height).toBeCloseTo(ratio, 9)
      expect(made.width).toBeGreaterThanOrEqual(largestCrop(ratio, source).width / MAX_ZOOM - 1e-9)
      expect(Math.min(made.x, made.y)).toBeGreaterThanOrEqual(-1e-9)
      expect(made.x + made.width).toBeLessThanOrEqual(source.width + 1e-9)
      expect(made.y + made.height).toBeLessThanOrEqual(source.height + 1e-9)
      const [kept, was] = [handlePoint(made, opposite[handle]), handlePoint(crop, opposite[handle])]
      expect([kept.x, kept.y]).toEqual([expect.closeTo(was.x, 6), expect.closeTo(was.y, 6)])
    }),
  )
})

test('zoom keeps the centre, and reads back what was set', () => {
  const zoomed = zoomCrop(crop, 3, shape)
  expect(cropZoom(zoomed, ratio, source)).toBeCloseTo(3)
  expect(zoomed.x + zoomed.width / 2).toBeCloseTo(780)
  expect(zoomed.y + zoomed.height / 2).toBeCloseTo(520)
  expect(cropZoom(zoomCrop(crop, 0.2, shape), ratio, source)).toBeCloseTo(1)
  expect(cropZoom(zoomCrop(crop, 99, shape), ratio, source)).toBeCloseTo(MAX_ZOOM)
})

test('a wide crop counts as wider than the shape, and takes the shape when a corner is dragged', () => {
  const wide = { x: 0, y: 0, width: 1920, height: 1080 }
  expect(cropZoom(wide, ratio, source)).toBeCloseTo(1)
  const shaped = resizeCrop(wide, 'ne', { x: 400, y: 400 }, shape)
  expect(shaped.width / shaped.height).toBeCloseTo(ratio)
  expect(shaped.y + shaped.height).toBeCloseTo(1080)
})

test('corners are hit before the inside, the nearest first', () => {
  expect(hitCrop(crop, { x: 605, y: 195 }, 12)).toBe('nw')
  expect(hitCrop(crop, { x: 955, y: 845 }, 12)).toBe('se')
  expect(hitCrop(crop, { x: 700, y: 500 }, 12)).toBe('inside')
  expect(hitCrop(crop, { x: 590, y: 500 }, 12)).toBeNull()
  expect(hitCrop({ x: 100, y: 100, width: 10, height: 18 }, { x: 108, y: 101 }, 12)).toBe('ne')
})
