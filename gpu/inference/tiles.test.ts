import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { batchBytes } from '#gpu/media/frames.ts'
import { ortBackend } from './ort-backend.ts'
import { planTiles } from './tiles.ts'

it('keeps every pixel once, away from tile edges that are not the frame’s', () => {
  const size = fc.integer({ min: 2, max: 700 })
  fc.assert(
    fc.property(
      size,
      size,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 2000, max: 60_000 }),
      fc.integer({ min: 1, max: 9 }),
      (width, height, radius, maxPixels, step) => {
        const plan = planTiles({ width, height }, maxPixels, radius, step)
        const seen = new Uint8Array(width * height)
        for (const { x, y, keep } of plan.tiles) {
          expect([x % 2, y % 2, keep.left % 2, keep.top % 2]).toEqual([0, 0, 0, 0])
          expect([x % step, y % step]).toEqual([0, 0])
          expect(x + plan.width).toBeLessThanOrEqual(width)
          expect(y + plan.height).toBeLessThanOrEqual(height)
          if (x > 0) expect(keep.left - x).toBeGreaterThanOrEqual(radius + 2)
          if (y > 0) expect(keep.top - y).toBeGreaterThanOrEqual(radius + 2)
          if (x + plan.width < width) expect(x + plan.width - keep.right).toBeGreaterThanOrEqual(radius + 2)
          if (y + plan.height < height) expect(y + plan.height - keep.bottom).toBeGreaterThanOrEqual(radius + 2)
          for (let row = keep.top; row < keep.bottom; row++) {
            for (let column = keep.left; column < keep.right; column++)
              seen[row * width + column] = (seen[row * width + column] ?? 0) + 1
          }
        }
        expect(seen.every((count) => count === 1)).toBe(true)
      },
    ),
    { numRuns: 60 },
  )
})

it('cuts a frame that is too large, and only then', () => {
  expect(planTiles({ width: 640, height: 360 }, 640 * 360, 7).tiles).toHaveLength(1)
  const plan = planTiles({ width: 640, height: 360 }, 60_000, 7)
  expect(plan.tiles.length).toBeGreaterThan(1)
  expect(plan.width * plan.height).toBeLessThanOrEqual(60_000)
})

it.each([
  ['even', 212, 120],
  ['odd', 213, 121],
])('gives the untiled result, without seams, at an %s size', async (_name, width, height) => {
  const network = new Uint8Array(await readFile(new URL('../models/reelsr/reelsr-std-x2-clean.onnx', import.meta.url)))
  const layout = { batch: 2, width, height }
  const source = new Uint8Array(batchBytes(layout)).map((_, index) => 60 + ((index * index * 31 + index * 7) % 120))
  const render = async (maxTilePixels: number) => {
    const colour = { matrix: 'bt709', fullRange: false } as const
    const run = await ortBackend('cpu', 1).open({ network, scale: 2, radius: 10, colour, layout, maxTilePixels })
    try {
      const { output } = await run.run(source.slice().buffer, new ArrayBuffer(batchBytes(run.output)), 2)
      return new Uint8Array(output)
    } finally {
      await run.close()
    }
  }
  const [whole, tiled] = [await render(1e9), await render(6000)]
  expect(new Set(whole).size).toBeGreaterThan(50)
  const worst = whole.reduce((most, value, index) => Math.max(most, Math.abs(value - (tiled[index] ?? -1000))), 0)
  expect(worst).toBeLessThanOrEqual(1)
})
