import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Face, Point } from './decode-yunet.ts'
import { detectorWindows } from './face-pictures.ts'
import { FaceTracks } from './face-tracks.ts'
import { alignFace, applySimilarity, fitSimilarity, inverse, scaleOf } from './similarity.ts'

const points: readonly Point[] = [
  [30, 40],
  [70, 38],
  [50, 60],
  [35, 80],
  [66, 79],
]

it('finds the similarity that points were moved by, and its inverse', () => {
  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
  fc.assert(
    fc.property(number(0.1, 8), number(-3, 3), number(-500, 500), number(-500, 500), (scale, turn, tx, ty) => {
      const given = { a: scale * Math.cos(turn), b: scale * Math.sin(turn), tx, ty }
      const found = fitSimilarity(
        points,
        points.map(([x, y]) => applySimilarity(given, x, y)),
      )
      for (const key of ['a', 'b', 'tx', 'ty'] as const) expect(found[key]).toBeCloseTo(given[key], 6)
      const [x, y] = applySimilarity(inverse(found), ...applySimilarity(found, 12, 34))
      expect([x, y].map((value) => Math.round(1e6 * value) / 1e6)).toEqual([12, 34])
    }),
  )
})

it('brings an upright face to the middle of the square, eyes level', () => {
  const square = alignFace(points, 512)
  expect(scaleOf(square)).toBeGreaterThan(2)
  const [left, right] = [applySimilarity(square, 30, 40), applySimilarity(square, 70, 38)]
  expect(Math.abs(left[1] - right[1])).toBeLessThan(12)
  expect((left[0] + right[0]) / 2).toBeGreaterThan(230)
  expect((left[0] + right[0]) / 2).toBeLessThan(282)
})

const face = (x: number, y: number): Face => ({
  box: [x, y, 100, 100],
  score: 0.9,
  landmarks: points.map(([px, py]): Point => [px + x, py + y]),
})

it('steadies landmarks that tremble, and follows those that move', () => {
  const noses = (xs: readonly number[]) => {
    const tracks = new FaceTracks()
    return xs.map((x) => tracks.update([face(x, 0)])[0]?.landmarks[2]?.[0] ?? Number.NaN)
  }
  const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values)
  const trembling = [0, 1, -1, 1, 0, -1, 1, -1, 0, 1]
  expect(spread(noses(trembling).slice(2))).toBeLessThan(0.75 * spread(trembling.slice(2)))
  const moving = Array.from({ length: 12 }, (_, index) => 12 * index)
  const behind = noses(moving).map((nose, index) => 50 + (moving[index] ?? 0) - nose)
  expect(Math.max(...behind.map(Math.abs))).toBeLessThan(1)
})

it('lets a face come and go over several frames, but shows the first frame’s at once', () => {
  const tracks = new FaceTracks()
  const opacities = (faces: Face[]) => tracks.update(faces).map(({ opacity }) => Math.round(100 * opacity) / 100)
  expect(opacities([face(0, 0)])).toEqual([1])
  expect(opacities([face(0, 0), face(400, 0)])).toEqual([1, 0.2])
  expect(opacities([face(0, 0), face(400, 0)])).toEqual([1, 0.4])
  expect([opacities([]), opacities([]), opacities([])]).toEqual([[0.75, 0.15], [0.5], [0.25]])
  expect(opacities([])).toEqual([])
})

it('looks at every part of a frame closely', () => {
  fc.assert(
    fc.property(fc.integer({ min: 320, max: 7680 }), fc.integer({ min: 320, max: 4320 }), (width, height) => {
      const [whole, ...close] = detectorWindows(width, height)
      expect((whole?.scale ?? 0) * 320).toBeCloseTo(Math.max(width, height), 6)
      for (const [x, y] of [
        [0, 0],
        [width, 0],
        [0, height],
        [width, height],
        [width / 2, height / 2],
        [width / 3, height / 3],
      ] as const) {
        const covers = close.filter(
          (window) =>
            x >= window.x - 1e-6 &&
            y >= window.y - 1e-6 &&
            x <= window.x + 320 * window.scale + 1e-6 &&
            y <= window.y + 320 * window.scale + 1e-6,
        )
        expect(covers.length).toBeGreaterThan(0)
      }
    }),
  )
})
