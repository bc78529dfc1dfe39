import { readFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { ortBackend } from '#gpu/inference/ort-backend.ts'
import { OSNET } from '#gpu/models/osnet.ts'
import type { YuvColour } from '#gpu/onnx/yuv-graph.ts'
import { ffmpeg, SHARED_DIR, shared } from '#gpu/testing/clips.ts'
import type { BoundingBox } from '#lib/contracts/geometry.ts'
import { openAppearance } from './appearance.ts'
import { cropPerson } from './crop-person.ts'

const COLOUR: YuvColour = { matrix: 'bt709', fullRange: true }
const layout = { batch: 1, width: 1280, height: 720 }

it('cuts a box out of a frame, normalised as the network was trained', () => {
  const small = { batch: 1, width: 64, height: 64 }
  const frame = new Uint8Array(64 * 64 * 1.5).fill(128)
  // White on the right half, black on the left.
  for (let at = 0; at < 64 * 64; at++) frame[at] = at % 64 < 32 ? 0 : 255
  const out = new Float32Array(3 * 128 * 256)
  cropPerson(frame.buffer, small, COLOUR, [16, 0, 48, 64], OSNET, out)
  const at = (channel: number, x: number) => out[channel * 128 * 256 + 100 * 128 + x]
  for (const channel of [0, 1, 2]) {
    const [mean, deviation] = [OSNET.mean[channel] ?? 0, OSNET.deviation[channel] ?? 1]
    expect(at(channel, 63)).toBeCloseTo((0 - mean) / deviation, 4)
    expect(at(channel, 64)).toBeCloseTo((1 - mean) / deviation, 4)
  }
})

it('finds a person more like themselves a moment later than like somebody else', async ({ skip }) => {
  const clip = shared('data/video/sports/sena_basketball.mp4')
  const weights = shared(`weights/${OSNET.weights.file}`)
  if (clip === undefined || weights === undefined) return skip(`no clip or weights in ${SHARED_DIR}`)
  const plan = { model: OSNET, network: await readFile(weights), layout, colour: { ...COLOUR, fullRange: false } }
  const appearance = await openAppearance({ ...plan, signal: new AbortController().signal }, ortBackend('cpu', 1))
  onTestFinished(() => appearance.close())
  const raw = await ffmpeg(
    ...[
      '-i',
      clip,
      '-vf',
      "select='eq(n,60)+eq(n,70)',format=yuv420p",
      '-fps_mode',
      'passthrough',
      '-f',
      'rawvideo',
      '-',
    ],
  )
  const bytes = 1280 * 720 * 1.5
  const frames = [0, 1].map((index) => Uint8Array.from(raw.subarray(index * bytes, (index + 1) * bytes)).buffer)
  // Where the man in blue and the woman in red stand.
  const people: BoundingBox[] = [
    [790, 210, 930, 715],
    [475, 370, 530, 565],
  ]
  const [before, after] = await Promise.all(frames.map((frame) => appearance.describe(frame, people)))
  const cosine = (one: Float32Array | undefined, other: Float32Array | undefined) => {
    if (one === undefined || other === undefined) throw new Error('nobody was described')
    return (
      one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0) /
      (Math.hypot(...one) * Math.hypot(...other))
    )
  }
  const same = [cosine(before?.[0], after?.[0]), cosine(before?.[1], after?.[1])]
  const different = [cosine(before?.[0], after?.[1]), cosine(before?.[1], after?.[0])]
  expect(Math.min(...same)).toBeGreaterThan(Math.max(...different) + 0.1)
})
