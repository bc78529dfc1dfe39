import { expect, it } from 'vitest'
import { fitInto, fitShape } from './letterbox.ts'

it('gives a network the shape of the video, padded to its stride', () => {
  expect(fitShape({ width: 1920, height: 1080 }, 960 * 540, 'top-left')).toMatchObject({
    content: { width: 960, height: 540 },
    input: { width: 960, height: 544 },
    left: 0,
    top: 0,
  })
  expect(fitShape({ width: 1080, height: 1920 }, 960 * 540, 'centre')).toMatchObject({
    content: { width: 540, height: 960 },
    input: { width: 544, height: 960 },
    left: 2,
    top: 0,
  })
})

it('enlarges small frames no more than it is told to', () => {
  expect(fitShape({ width: 160, height: 120 }, 1e6, 'top-left').content).toEqual({ width: 160, height: 120 })
  expect(fitShape({ width: 160, height: 120 }, 1e6, 'top-left', 1.25).content).toEqual({ width: 200, height: 150 })
})

it('keeps sizes even and at least two, as 4:2:0 wants, however narrow the frame', () => {
  for (const source of [
    { width: 333, height: 251 },
    { width: 4000, height: 2 },
    { width: 1, height: 1 },
  ]) {
    const { content, input } = fitShape(source, 300_000, 'centre')
    for (const side of ['width', 'height'] as const) {
      expect(content[side] % 2).toBe(0)
      expect(content[side]).toBeGreaterThanOrEqual(2)
      expect(input[side] % 32).toBe(0)
      expect(input[side] - content[side]).toBeLessThan(32)
    }
  }
})

it('fits frames into an input of fixed size', () => {
  expect(fitInto({ width: 1280, height: 720 }, { width: 640, height: 640 }, 'centre')).toMatchObject({
    content: { width: 640, height: 360 },
    left: 0,
    top: 140,
  })
  expect(fitInto({ width: 1280, height: 720 }, { width: 416, height: 416 }, 'top-left')).toMatchObject({
    content: { width: 416, height: 234 },
    left: 0,
    top: 0,
  })
})
