import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { batchBytes, type FrameFormat } from '#gpu/media/frames.ts'
import { buildNetwork } from '#gpu/models/families/index.ts'
import { readStateDict } from '#gpu/pth/read-state-dict.ts'
import { ortBackend } from './ort-backend.ts'
import { planTiles } from './tiles.ts'

/** Small networks of every family, with all of their reach: random weights let every pixel count. */
const NETWORKS = [
  'srvgg-x2',
  'rrdb-x4',
  'rrdb-x2',
  'swinir-nearest-x4',
  'swinir-shuffle-x2',
  'swinir-direct-x2',
  'rlfn-x2',
]
const FRAMES: readonly { readonly width: number; readonly height: number; readonly format: FrameFormat }[] = [
  { width: 200, height: 144, format: 'yuv420p' },
  { width: 197, height: 139, format: 'yuv420p10' },
]

describe.each(NETWORKS)('%s in tiles', (name) => {
  it.each(FRAMES)('gives the untiled result at $width x $height in $format', async ({ width, height, format }) => {
    const file = await readFile(new URL(`../models/families/fixtures/${name}.pth`, import.meta.url))
    const { onnx: network, scale, receptiveRadius, tileStep } = buildNetwork(readStateDict(file), { placed: true })
    // What the attention's mask, once interpolated, can still feel is less than its reach on paper.
    const radius = Math.min(receptiveRadius, 36)
    const layout = { batch: 2, width, height, format }
    const colour = { matrix: 'bt709', fullRange: false } as const
    const source = new Uint8Array(batchBytes(layout))
    for (let index = 0; index < source.length; index++) {
      const level = 60 + ((index * index * 31 + index * 7) % 120)
      // Two bytes a sample: the high one is 0–3.
      source[index] = format === 'yuv420p10' && index % 2 === 1 ? level % 3 : level
    }
    const render = async (maxTilePixels: number) => {
      const plan = { network, scale, radius, tileStep, colour, layout, maxTilePixels }
      const run = await ortBackend('cpu', 1).open(plan)
      try {
        expect(run.output.format).toBe(format)
        const { output } = await run.run(source.slice().buffer, new ArrayBuffer(batchBytes(run.output)), 2)
        return format === 'yuv420p10' ? new Uint16Array(output) : new Uint8Array(output)
      } finally {
        await run.close()
      }
    }
    const maxTilePixels = 17_000
    expect(planTiles(layout, maxTilePixels, radius, tileStep).tiles.length).toBeGreaterThan(1)
    const [whole, tiled] = [await render(1e9), await render(maxTilePixels)]
    expect(new Set(whole).size).toBeGreaterThan(format === 'yuv420p10' ? 200 : 50)
    const differences = Array.from(whole, (value, index) => Math.abs(value - (tiled[index] ?? -1000)))
    const worst = differences.reduce((most, difference) => Math.max(most, difference), 0)
    expect(worst).toBeLessThanOrEqual(1)
  })
})
