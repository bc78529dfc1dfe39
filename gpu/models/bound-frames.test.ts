import { expect, it } from 'vitest'
import { readConfig } from '#gpu/config.ts'
import { planTiles } from '#gpu/inference/tiles.ts'
import { boundFrames } from './bound-frames.ts'
import { UPSCALERS } from './index.ts'

const config = readConfig({})

it.each([
  ['reelsr-fast', 2],
  ['RealESRGAN_x4plus', 4],
  ['RealESRGAN_x2plus', 2],
  ['SwinIR_4x_GAN', 4],
  ['rlfn_x4', 4],
] as const)('keeps the largest frames of %s within its memory, in tiles that are mostly kept', (name, scale) => {
  const [model, frame] = [UPSCALERS[name], { width: 3840, height: 2160 }]
  const { batch, maxTilePixels } = boundFrames(model, scale, frame, config)
  const tiles = planTiles(frame, maxTilePixels, model.overlap, model.tileStep)
  const memoryMib = (batch * tiles.width * tiles.height * model.memoryMibPerMegapixel) / 1e6
  expect(memoryMib).toBeLessThanOrEqual(config.tileMemoryMib)
  const worked = tiles.tiles.length * tiles.width * tiles.height
  expect((frame.width * frame.height) / worked).toBeGreaterThan(0.45)
})

it('gives small frames several at once, as many as the memory allows', () => {
  const frame = { width: 320, height: 180 }
  const batches = (['reelsr-fast', 'RealESRGAN_x4plus', 'SwinIR_4x_GAN'] as const).map(
    (name) => boundFrames(UPSCALERS[name], 4, frame, config).batch,
  )
  expect(batches).toEqual([4, 4, 1])
})
