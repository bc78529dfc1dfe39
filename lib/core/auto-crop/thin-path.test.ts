import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cropsOf } from '#lib/local/sample/measure-camera.ts'
import { thinPath } from './thin-path.ts'

const crop = fc.record({
  x: fc.double({ min: 0, max: 1000, noNaN: true }),
  y: fc.double({ min: 0, max: 500, noNaN: true }),
  width: fc.double({ min: 100, max: 500, noNaN: true }),
  height: fc.double({ min: 100, max: 500, noNaN: true }),
})
const path = fc
  .array(crop, { minLength: 1, maxLength: 80 })
  .map((crops) => crops.map((point, frame) => ({ ...point, frame })))

it('keeps every edge within the tolerance, with points of the path itself', () => {
  fc.assert(
    fc.property(path, fc.double({ min: 0.1, max: 300, noNaN: true }), (points, tolerance) => {
      const thin = thinPath(points, tolerance)
      expect(points).toEqual(expect.arrayContaining(thin))
      for (const [frame, shown] of cropsOf(thin, points.length).entries()) {
        const exact = points[frame] ?? shown
        expect(Math.abs(shown.x - exact.x)).toBeLessThanOrEqual(tolerance + 1e-6)
        expect(Math.abs(shown.y - exact.y)).toBeLessThanOrEqual(tolerance + 1e-6)
        expect(Math.abs(shown.x + shown.width - exact.x - exact.width)).toBeLessThanOrEqual(tolerance + 1e-6)
        expect(Math.abs(shown.y + shown.height - exact.y - exact.height)).toBeLessThanOrEqual(tolerance + 1e-6)
      }
    }),
  )
})

it('needs two keyframes for an even pan, three for one with a stop', () => {
  const pan = Array.from({ length: 50 }, (_, frame) => ({ frame, x: frame * 2.5, y: 0, width: 100, height: 200 }))
  expect(thinPath(pan, 0.5).map(({ frame }) => frame)).toEqual([0, 49])
  const stopped = pan.map((point) => ({ ...point, x: Math.min(point.x, 50) }))
  expect(thinPath(stopped, 0.5).map(({ frame }) => frame)).toEqual([0, 20, 49])
})
