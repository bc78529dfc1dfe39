import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { ortBackend } from '#gpu/inference/ort-backend.ts'
import type { Encoder } from '#gpu/media/encoder.ts'
import { batchBytes, type FrameLayout } from '#gpu/media/frames.ts'
import { GraphBuilder } from '#gpu/onnx/graph-builder.ts'
import { DATA_TYPE } from '#gpu/onnx/model.ts'
import { ffmpeg, SHARED_DIR, shared, streamFields } from '#gpu/testing/clips.ts'
import { faceEnhanced } from './face-enhanced.ts'

const SIDE = 512
const COLOUR = { matrix: 'bt601', fullRange: true } as const

/** In place of the trained restorer, whose weights are large: one whose effect on a frame is known. */
function restorer(factor: number): Uint8Array {
  const graph = new GraphBuilder('net.')
  graph.input('input', DATA_TYPE.float, [1, 3, SIDE, SIDE])
  graph.node('Mul', ['input', graph.floats([], [factor])], {}, 'output')
  graph.output('output', DATA_TYPE.float, [1, 3, SIDE, SIDE])
  return graph.finish(17, 8)
}

/** A photograph as one frame, 4:2:0. */
async function photograph(path: string): Promise<{ layout: FrameLayout; bytes: Uint8Array }> {
  const { width, height } = await streamFields(path, 'v:0', 'width', 'height')
  const layout = { batch: 1, width: Number(width), height: Number(height) }
  const filter =
    'scale=in_range=pc:out_range=pc:out_color_matrix=bt601:flags=accurate_rnd+full_chroma_int,format=yuv420p'
  const bytes = await ffmpeg('-i', path, '-vf', filter, '-f', 'rawvideo', '-')
  expect(bytes.length).toBe(batchBytes(layout))
  return { layout, bytes }
}

/** The frame as it reaches the encoder. */
async function enhance(
  { layout, bytes }: { layout: FrameLayout; bytes: Uint8Array },
  detectorBytes: Uint8Array,
  factor: number,
): Promise<Uint8Array> {
  const backend = ortBackend('cpu', 1)
  const written: Uint8Array[] = []
  const sink: Encoder = {
    write: async (buffer) => {
      written.push(new Uint8Array(buffer.slice(0)))
      return buffer
    },
    writeShared: async () => undefined,
    feedSound: async () => undefined,
    finish: async () => undefined,
    close: async () => undefined,
  }
  const encoder = faceEnhanced(sink, {
    layout,
    colour: COLOUR,
    side: SIDE,
    detector: await backend.openModel({ bytes: detectorBytes }),
    restorer: await backend.openModel({ bytes: restorer(factor) }),
    signal: new AbortController().signal,
  })
  try {
    await encoder.write(Uint8Array.from(bytes).buffer, [0n])
  } finally {
    await encoder.close()
  }
  return written[0] ?? new Uint8Array()
}

/** Share of luma samples that differ by more than `levels`, within a part of the frame given in shares of its size. */
function changed(
  layout: FrameLayout,
  before: Uint8Array,
  after: Uint8Array,
  part: readonly [number, number, number, number],
  levels: number,
): number {
  let [count, different] = [0, 0]
  for (let y = Math.round(part[1] * layout.height); y < part[3] * layout.height; y++) {
    for (let x = Math.round(part[0] * layout.width); x < part[2] * layout.width; x++) {
      const at = y * layout.width + x
      if (Math.abs((before[at] ?? 0) - (after[at] ?? 0)) > levels) different += 1
      count += 1
    }
  }
  return different / count
}

/** Where in each photograph the face is, and where it surely is not. */
describe.for([
  { name: 'head', face: [0.4, 0.45, 0.6, 0.6], elsewhere: [0, 0.9, 0.1, 1] },
  { name: 'woman', face: [0.45, 0.3, 0.6, 0.4], elsewhere: [0, 0.9, 0.1, 1] },
] as const)('the photograph of a $name', ({ name, face, elsewhere }) => {
  it('is changed in the face by what the restorer makes of it, and nowhere else', async ({ skip }) => {
    const [picture, weights] = [shared(`data/images/Set5/HR/${name}.png`), shared('weights/yunet_n_320_320.onnx')]
    if (picture === undefined || weights === undefined) return skip(`no photographs in ${SHARED_DIR}`)
    const [photo, detector] = [await photograph(picture), new Uint8Array(await readFile(weights))]
    const inverted = await enhance(photo, detector, -1)
    expect(changed(photo.layout, photo.bytes, inverted, face, 8)).toBeGreaterThan(0.5)
    expect(changed(photo.layout, photo.bytes, inverted, elsewhere, 0)).toBe(0)
  })

  it('comes back as it was from a restorer that changes nothing', async ({ skip }) => {
    const [picture, weights] = [shared(`data/images/Set5/HR/${name}.png`), shared('weights/yunet_n_320_320.onnx')]
    if (picture === undefined || weights === undefined) return skip(`no photographs in ${SHARED_DIR}`)
    const [photo, detector] = [await photograph(picture), new Uint8Array(await readFile(weights))]
    const same = await enhance(photo, detector, 1)
    // Resampled twice, so that fine detail is a little softer, but in its place and of its colour.
    const error =
      photo.bytes.reduce((sum, value, index) => sum + (value - (same[index] ?? 0)) ** 2, 0) / photo.bytes.length
    const psnr = 10 * Math.log10((255 * 255) / error)
    console.log(`${name}: ${psnr.toFixed(1)} dB through alignment and back`)
    expect(psnr).toBeGreaterThan(38)
  })
})
