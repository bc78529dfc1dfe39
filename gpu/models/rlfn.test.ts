import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { ffmpeg, SHARED_DIR, shared, streamFields } from '#gpu/testing/clips.ts'
import { rlfnX2, rlfnX4 } from './rlfn.ts'

interface Picture {
  readonly width: number
  readonly height: number
  /** Interleaved RGB. */
  readonly rgb: Uint8Array
}

async function readPicture(path: string): Promise<Picture> {
  const { width, height } = await streamFields(path, 'v:0', 'width', 'height')
  const rgb = await ffmpeg('-i', path, '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-')
  return { width: Number(width), height: Number(height), rgb }
}

/** BT.601 studio-range luma, as super-resolution papers measure. */
const luma = (r: number, g: number, b: number): number => 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255

async function enlarge(
  session: ort.InferenceSession,
  { width, height, rgb }: Picture,
  scale: number,
): Promise<Picture> {
  const planes = new Float32Array(3 * width * height)
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (const channel of [0, 1, 2]) planes[channel * width * height + pixel] = (rgb[3 * pixel + channel] ?? 0) / 255
  }
  const [input, output] = [session.inputNames[0] ?? '', session.outputNames[0] ?? '']
  const result = await session.run({ [input]: new ort.Tensor('float32', planes, [1, 3, height, width]) })
  const data = result[output]?.data as Float32Array
  const size = width * height * scale * scale
  const out = new Uint8Array(3 * size)
  for (let pixel = 0; pixel < size; pixel++) {
    for (const channel of [0, 1, 2]) {
      out[3 * pixel + channel] = Math.round(255 * Math.max(0, Math.min(1, data[channel * size + pixel] ?? 0)))
    }
  }
  return { width: width * scale, height: height * scale, rgb: out }
}

function psnr(made: Picture, truth: Picture, border: number): number {
  let [sum, count] = [0, 0]
  const y = (picture: Picture, index: number) =>
    luma(picture.rgb[3 * index] ?? 0, picture.rgb[3 * index + 1] ?? 0, picture.rgb[3 * index + 2] ?? 0)
  for (let row = border; row < made.height - border; row++) {
    for (let column = border; column < made.width - border; column++) {
      sum += (y(made, row * made.width + column) - y(truth, row * truth.width + column)) ** 2
      count += 1
    }
  }
  return 10 * Math.log10((255 * 255 * count) / sum)
}

it.for([
  { name: 'x2', model: rlfnX2, scale: 2, published: 38.07 },
  { name: 'x4', model: rlfnX4, scale: 4, published: 32.24 },
] as const)('$name reaches its published quality on Set5', async ({ model, scale, published }, { skip }) => {
  const [images, weights] = [shared('data/images/Set5'), shared('weights')]
  if (images === undefined || weights === undefined) return skip(`no test images in ${SHARED_DIR}`)
  const { bytes } = await model.load({ scale, denoiseStrength: 0, weightsDir: weights })
  const session = await ort.InferenceSession.create(bytes)
  const values: number[] = []
  for (const name of (await readdir(join(images, 'HR'))).filter((file) => file.endsWith('.png'))) {
    const small = await readPicture(join(images, `LR_X${scale}`, name.replace('.png', `x${scale}.png`)))
    const made = await enlarge(session, small, scale)
    values.push(psnr(made, await readPicture(join(images, 'HR', name)), scale))
  }
  expect(values).toHaveLength(5)
  expect(values.reduce((sum, value) => sum + value, 0) / 5).toBeCloseTo(published, 1)
})
