import { readFile } from 'node:fs/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ortBackend } from '#gpu/inference/ort-backend.ts'
import { batchBytes, framePlanes } from '#gpu/media/frames.ts'
import { YOLOX } from '#gpu/models/yolox.ts'
import { rgbToYuv, type YuvColour } from '#gpu/onnx/yuv-graph.ts'
import { ffmpeg, SHARED_DIR, shared } from '#gpu/testing/clips.ts'
import { chooseInput } from './choose-input.ts'
import { type Detector, type DetectorPlan, openDetector } from './detector.ts'
import { fitShape } from './letterbox.ts'
import { COLOUR_DETECTOR, colourNetwork } from './testing/colour-detector.ts'

const LIMITED: YuvColour = { matrix: 'bt709', fullRange: false }
const backend = ortBackend('cpu', 1)

async function open(overrides: Partial<DetectorPlan>): Promise<Detector> {
  const plan: DetectorPlan = {
    model: COLOUR_DETECTOR,
    network: colourNetwork(),
    batch: 1,
    letterbox: fitShape({ width: 160, height: 64 }, 160 * 64, 'top-left'),
    colour: LIMITED,
    classes: [
      { name: 'person', floor: 0.5 },
      { name: 'sports ball', floor: 0.5 },
    ],
    iouThreshold: 0.45,
    signal: new AbortController().signal,
    ...overrides,
  }
  const detector = await openDetector(plan, backend)
  onTestFinished(() => detector.close())
  return detector
}

type Rgb = readonly [number, number, number]

/** A batch of frames, each in one colour (0–1) but for a patch of 32×32 pixels. */
function batchOf(
  { layout }: Detector,
  frames: readonly { back: Rgb; patch: Rgb; x: number; y: number }[],
  { matrix, fullRange }: YuvColour,
): ArrayBuffer {
  const buffer = new ArrayBuffer(batchBytes(layout))
  const code = (rgb: Rgb) =>
    rgbToYuv(matrix).map((row, plane) => {
      const value = row.reduce((sum, weight, index) => sum + weight * (rgb[index] ?? 0), 0)
      if (fullRange) return Math.min(255, Math.round((plane === 0 ? 0 : 128) + 255 * value))
      return Math.round(plane === 0 ? 16 + 219 * value : 128 + 224 * value)
    })
  for (const [index, { back, patch, x, y }] of frames.entries()) {
    const { luma, chroma } = framePlanes(buffer, layout, index)
    const [outside, inside] = [code(back), code(patch)]
    const paint = (plane: Uint8Array, which: number, shift: number) => {
      const width = layout.width >> shift
      for (let at = 0; at < plane.length; at++) {
        const [column, row] = [(at % width) << shift, Math.floor(at / width) << shift]
        const isIn = column >= x && column < x + 32 && row >= y && row < y + 32
        plane[at] = (isIn ? inside : outside)[which] ?? 0
      }
    }
    paint(luma, 0, 0)
    paint(chroma.subarray(0, chroma.length / 2), 1, 1)
    paint(chroma.subarray(chroma.length / 2), 2, 1)
  }
  return buffer
}

const BLUE: Rgb = [0, 0, 1]
const RED: Rgb = [1, 0, 0]
const GREEN: Rgb = [0, 1, 0]

describe('a detector on video', () => {
  it.for([
    { name: 'BT.709 limited', colour: LIMITED },
    { name: 'BT.601 full range', colour: { matrix: 'bt601', fullRange: true } as const },
  ])(
    'sees the right colours in the right places, $name, in a shape and batch it was not exported for',
    async ({ colour }) => {
      const detector = await open({ batch: 3, colour })
      const frames = [
        { back: GREEN, patch: BLUE, x: 32, y: 0 },
        { back: GREEN, patch: RED, x: 128, y: 32 },
        { back: GREEN, patch: BLUE, x: 96, y: 32 },
      ] as const
      const seen = await detector.detect(batchOf(detector, frames, colour), [0, 1, 2])
      expect(seen.map(({ detections }) => detections)).toEqual([
        [{ box: [32, 0, 64, 32], score: expect.closeTo(1, 1), className: 'person' }],
        [{ box: [128, 32, 160, 64], score: expect.closeTo(1, 1), className: 'sports ball' }],
        [{ box: [96, 32, 128, 64], score: expect.closeTo(1, 1), className: 'person' }],
      ])
    },
  )

  it('answers only for the frames a last batch really holds', async () => {
    const detector = await open({ batch: 4 })
    const frame = { back: GREEN, patch: BLUE, x: 0, y: 0 } as const
    expect(await detector.detect(batchOf(detector, [frame, frame], LIMITED), [0, 1])).toHaveLength(2)
  })

  it('pads with grey, which is nothing to it', async () => {
    const detector = await open({ letterbox: fitShape({ width: 96, height: 40 }, 96 * 40, 'top-left') })
    expect(detector.layout).toEqual({ batch: 1, width: 96, height: 40 })
    const black = batchOf(detector, [{ back: [0, 0, 0], patch: [0, 0, 0], x: 0, y: 0 }], LIMITED)
    expect(await detector.detect(black, [0])).toEqual([{ detections: [] }])
    // A cell of 8 rows of blue and 24 of grey 114.
    const blue = batchOf(detector, [{ back: BLUE, patch: BLUE, x: 0, y: 0 }], LIMITED)
    const [{ detections } = { detections: [] }] = await detector.detect(blue, [0])
    expect(detections).toHaveLength(6)
    expect(detections.at(-1)?.score).toBeCloseTo((8 + (24 * 114) / 255) / 32, 2)
  })

  it('stops at once when the job is canceled', async () => {
    const stop = new AbortController()
    const detector = await open({ signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(detector.detect(new ArrayBuffer(batchBytes(detector.layout)), [0])).rejects.toThrow('enough')
  })

  it('says which network could not be loaded', async () => {
    await expect(open({ network: new Uint8Array([1, 2, 3]) })).rejects.toMatchObject({
      code: 'inference_failed',
      message: 'yolox_nano could not be loaded on cpu.',
    })
  })
})

describe('yolox_nano', () => {
  const clip = shared('data/video/sports/sena_basketball.mp4')
  const weights = shared('weights/yolox_nano.onnx')

  it('finds the players, the same ones alone and in a batch', async ({ skip }) => {
    if (clip === undefined || weights === undefined) return skip(`no clip or weights in ${SHARED_DIR}`)
    const network = await readFile(weights)
    const source = { width: 1280, height: 720 }
    const { letterbox } = chooseInput(YOLOX.yolox_nano, network, source, 1)
    const alone = await open({ model: YOLOX.yolox_nano, network, letterbox })
    const batched = await open({ model: YOLOX.yolox_nano, network, letterbox, batch: 3 })
    const { width, height } = alone.layout
    const raw = await ffmpeg(
      ...['-i', clip, '-vf', `select='not(mod(n,20))',scale=${width}:${height},format=yuv420p`, '-frames:v', '2'],
      ...['-fps_mode', 'passthrough', '-f', 'rawvideo', '-'],
    )
    const bytes = batchBytes({ ...alone.layout, batch: 1 })
    const both = new ArrayBuffer(batchBytes(batched.layout))
    const singly: Awaited<ReturnType<Detector['detect']>>[] = []
    for (const index of [0, 1]) {
      const frame = Uint8Array.from(raw.subarray(index * bytes, (index + 1) * bytes))
      const { luma, chroma } = framePlanes(both, batched.layout, index)
      luma.set(frame.subarray(0, luma.length))
      chroma.set(frame.subarray(luma.length))
      singly.push(await alone.detect(frame.buffer, [index]))
    }
    const together = await batched.detect(both, [0, 1])
    for (const [index, { detections }] of together.entries()) {
      const expected = singly[index]?.[0]?.detections ?? []
      expect(expected.filter(({ className, score }) => className === 'person' && score > 0.5).length).toBeGreaterThan(0)
      expect(detections).toHaveLength(expected.length)
      for (const [at, { box, score }] of detections.entries()) {
        expect(score).toBeCloseTo(expected[at]?.score ?? Number.NaN, 4)
        expect(box).toEqual(expected[at]?.box.map((value) => expect.closeTo(value, 1)))
      }
    }
  })
})
