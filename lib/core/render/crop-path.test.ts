import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CropPath } from '#lib/contracts/geometry.ts'
import { clampCrop, createCropSampler } from './crop-path.ts'

/** Larger than any path: nothing is moved inside. */
const ROOM = { width: 1e6, height: 1e6 }
const PATH: CropPath = [
  { frame: 10, x: 0, y: 0, width: 100, height: 200 },
  { frame: 20, x: 50, y: 10, width: 80, height: 160 },
  { frame: 30, x: 300, y: 20, width: 80, height: 160, cut: true },
]

const cropAt = (frame: number) => createCropSampler(PATH, ROOM).at(frame)

test('between keyframes a crop moves and zooms linearly', () => {
  expect(cropAt(15)).toEqual({ x: 25, y: 5, width: 90, height: 180 })
  expect(cropAt(12.5)).toEqual({ x: 12.5, y: 2.5, width: 95, height: 190 })
})

test('before the first and after the last keyframe it holds', () => {
  expect(cropAt(0)).toEqual({ x: 0, y: 0, width: 100, height: 200 })
  expect(cropAt(1e6)).toEqual({ x: 300, y: 20, width: 80, height: 160 })
})

test('a cut is jumped to: the frame before still shows the keyframe before', () => {
  expect(cropAt(29)).toEqual({ x: 50, y: 10, width: 80, height: 160 })
  expect(cropAt(30)).toEqual({ x: 300, y: 20, width: 80, height: 160 })
})

test('a crop past an edge is moved inside; a side that is too long becomes the picture’s', () => {
  const size = { width: 1920, height: 1080 }
  expect(clampCrop({ x: -50, y: 1000, width: 608, height: 1080 }, size)).toEqual({
    x: 0,
    y: 0,
    width: 608,
    height: 1080,
  })
  expect(clampCrop({ x: 1900, y: 300, width: 90, height: 160 }, size)).toEqual({
    x: 1830,
    y: 300,
    width: 90,
    height: 160,
  })
  expect(clampCrop({ x: -50, y: -9, width: 3840, height: 2160 }, size)).toEqual({ x: 0, y: 0, ...size })
  expect(clampCrop({ x: 700, y: -20, width: 608, height: 1200 }, size)).toEqual({
    x: 700,
    y: 0,
    width: 608,
    height: 1080,
  })
})

const side = fc.double({ min: 0.001, max: 65_536, noNaN: true })
const place = fc.double({ min: -65_536, max: 65_536, noNaN: true })
const keyframe = fc.record({
  gap: fc.integer({ min: 1, max: 50 }),
  x: place,
  y: place,
  width: side,
  height: side,
  cut: fc.boolean(),
})
const paths = fc.array(keyframe, { minLength: 1, maxLength: 30 }).map((steps) => {
  let frame = -1
  return steps.map(({ gap, ...crop }) => {
    frame += gap
    return { frame, ...crop }
  })
})
const sizes = fc.record({ width: fc.integer({ min: 1, max: 7680 }), height: fc.integer({ min: 1, max: 4320 }) })

test('property: a sampled crop is never outside the picture, and only a side that does not fit is changed', () => {
  fc.assert(
    fc.property(paths, sizes, fc.array(fc.integer({ min: 0, max: 1600 }), { maxLength: 40 }), (path, size, frames) => {
      const sampler = createCropSampler(path, size)
      for (const frame of frames) {
        const wanted = createCropSampler(path, ROOM).at(frame)
        const { x, y, width, height } = sampler.at(frame)
        expect(x).toBeGreaterThanOrEqual(0)
        expect(y).toBeGreaterThanOrEqual(0)
        expect(x + width).toBeLessThanOrEqual(size.width * (1 + 1e-12))
        expect(y + height).toBeLessThanOrEqual(size.height * (1 + 1e-12))
        expect([width, height]).toEqual([Math.min(size.width, wanted.width), Math.min(size.height, wanted.height)])
      }
    }),
  )
})

test('property: frames in order, backwards or shuffled give the same crops', () => {
  fc.assert(
    fc.property(paths, sizes, fc.array(fc.integer({ min: 0, max: 1600 }), { minLength: 1 }), (path, size, frames) => {
      const sampler = createCropSampler(path, size)
      for (const frame of [...frames, ...frames.toSorted((a, b) => a - b), ...frames.toSorted((a, b) => b - a)])
        expect(sampler.at(frame)).toEqual(createCropSampler(path, size).at(frame))
    }),
  )
})

test('property: at a keyframe the crop is that keyframe, inside the picture', () => {
  fc.assert(
    fc.property(paths, sizes, (path, size) => {
      const sampler = createCropSampler(path, size)
      for (const keyframe of path) expect(sampler.at(keyframe.frame)).toEqual(clampCrop(keyframe, size))
    }),
  )
})
