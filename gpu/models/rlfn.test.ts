import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ortBackend } from '#gpu/inference/ort-backend.ts'
import { planTiles } from '#gpu/inference/tiles.ts'
import { batchBytes, type FrameLayout } from '#gpu/media/frames.ts'
import { ffmpeg, SHARED_DIR, shared, streamFields } from '#gpu/testing/clips.ts'
import type { LoadedNetwork } from './registry.ts'
import { rlfnX2, rlfnX4 } from './rlfn.ts'

interface Picture {
  readonly width: number
  readonly height: number
  /** Three planes: red, green, blue. */
  readonly rgb: Uint8Array
}

async function readPicture(path: string): Promise<Picture> {
  const { width, height } = await streamFields(path, 'v:0', 'width', 'height')
  const gbr = await ffmpeg('-i', path, '-pix_fmt', 'gbrp', '-f', 'rawvideo', '-')
  const size = gbr.length / 3
  const rgb = new Uint8Array(gbr.length)
  rgb.set(gbr.subarray(2 * size))
  rgb.set(gbr.subarray(0, 2 * size), size)
  return { width: Number(width), height: Number(height), rgb }
}

/** Through the worker's own graph, tiles and backend, on RGB: nothing is lost on the way. */
async function enlarge(
  { bytes, scale }: LoadedNetwork,
  { width, height, rgb }: Picture,
  maxTilePixels: number,
): Promise<Picture> {
  const layout: FrameLayout = { batch: 1, width, height, format: 'rgb' }
  const { overlap: radius, tileStep = 1 } = rlfnX2
  const colour = { matrix: 'bt601', fullRange: true } as const
  const network = await ortBackend('cpu', 2).open({
    network: bytes,
    scale,
    radius,
    tileStep,
    colour,
    layout,
    maxTilePixels,
  })
  try {
    const { output } = await network.run(rgb.slice().buffer, new ArrayBuffer(batchBytes(network.output)), 1)
    return { width: width * scale, height: height * scale, rgb: new Uint8Array(output) }
  } finally {
    await network.close()
  }
}

/** BT.601 studio-range luma, as super-resolution papers measure. */
const luma = (r: number, g: number, b: number): number => 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255

function psnr(made: Picture, truth: Picture, border: number): number {
  let [sum, count] = [0, 0]
  const y = ({ rgb, width, height }: Picture, row: number, column: number) => {
    const [size, index] = [width * height, row * width + column]
    return luma(rgb[index] ?? 0, rgb[size + index] ?? 0, rgb[2 * size + index] ?? 0)
  }
  for (let row = border; row < made.height - border; row++) {
    for (let column = border; column < made.width - border; column++) {
      sum += (y(made, row, column) - y(truth, row, column)) ** 2
      count += 1
    }
  }
  return 10 * Math.log10((255 * 255 * count) / sum)
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const WHOLE = 1e9

const NETWORKS = [
  { name: 'x2', model: rlfnX2, scale: 2, published: 38.07 },
  { name: 'x4', model: rlfnX4, scale: 4, published: 32.24 },
] as const

describe.for(NETWORKS)('RLFN $name', ({ name, model, scale, published }) => {
  it('reaches its published quality on Set5', { timeout: 300_000 }, async ({ skip }) => {
    const [images, weights] = [shared('data/images/Set5'), shared('weights')]
    if (images === undefined || weights === undefined) return skip(`no test images in ${SHARED_DIR}`)
    const network = await model.load({ scale, denoiseStrength: 0, weightsDir: weights })
    const values: number[] = []
    for (const file of (await readdir(join(images, 'HR'))).filter((entry) => entry.endsWith('.png'))) {
      const small = await readPicture(join(images, `LR_X${scale}`, file.replace('.png', `x${scale}.png`)))
      values.push(psnr(await enlarge(network, small, WHOLE), await readPicture(join(images, 'HR', file)), scale))
    }
    expect(values).toHaveLength(5)
    console.log(`RLFN ${name} on Set5: ${mean(values).toFixed(3)} dB (published ${published})`)
    expect(Math.abs(mean(values) - published)).toBeLessThan(0.05)
  })

  it('gives the same in tiles', { timeout: 300_000 }, async ({ skip }) => {
    const [picture, weights] = [shared('data/images/Set5/HR/butterfly.png'), shared('weights')]
    if (picture === undefined || weights === undefined) return skip(`no test images in ${SHARED_DIR}`)
    const network = await model.load({ scale, denoiseStrength: 0, weightsDir: weights })
    const source = await readPicture(picture)
    const tilePixels = 62_000
    expect(planTiles(source, tilePixels, model.overlap, model.tileStep).tiles.length).toBeGreaterThan(1)
    const [whole, tiled] = [await enlarge(network, source, WHOLE), await enlarge(network, source, tilePixels)]
    const worst = whole.rgb.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (tiled.rgb[index] ?? -1000))),
      0,
    )
    console.log(`RLFN ${name} in tiles differs by at most ${worst} of 255, ${psnr(tiled, whole, 0).toFixed(1)} dB`)
    expect(worst).toBeLessThanOrEqual(1)
  })
})
