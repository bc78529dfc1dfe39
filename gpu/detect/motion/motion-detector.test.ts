import { expect, it } from 'vitest'
import { overlap } from '#gpu/detect/suppress.ts'
import { framePlanes } from '#gpu/media/frames.ts'
import type { BoundingBox } from '#lib/contracts/geometry.ts'
import { motionDetector } from './motion-detector.ts'

const SOURCE = { width: 640, height: 360 }
const CLASSES = [
  { name: 'person', floor: 0.1 },
  { name: 'sports ball', floor: 0.05 },
]
const FPS = 10

/** Smooth ground with detail everywhere; no two places look alike. */
function ground(x: number, y: number): number {
  return 110 + 30 * Math.sin(x * 0.11 + 2 * Math.sin(y * 0.05)) + 25 * Math.sin(y * 0.13 + 1.7 * Math.sin(x * 0.043))
}

interface Scene {
  /** Pixels per frame. */
  readonly pan: number
  /** Where things are in a frame, pixels of the frame. */
  readonly things: (frame: number) => readonly BoundingBox[]
}

/** Plays a scene through the detector; answers what it saw in the last frame. */
async function play({ pan, things }: Scene, frames: number) {
  const detector = motionDetector(SOURCE, CLASSES)
  const { layout } = detector
  let last: Awaited<ReturnType<typeof detector.detect>>[number] | undefined
  for (let first = 0; first < frames; first += layout.batch) {
    const buffer = new ArrayBuffer((layout.batch * layout.width * layout.height * 3) / 2)
    const count = Math.min(layout.batch, frames - first)
    for (let index = 0; index < count; index++) {
      const { luma } = framePlanes(buffer, layout, index)
      const frame = first + index
      for (let at = 0; at < luma.length; at++) {
        luma[at] = ground((at % layout.width) + pan * frame, Math.floor(at / layout.width))
      }
      for (const [x1, y1, x2, y2] of things(frame)) {
        for (let y = Math.round(y1); y < Math.round(y2); y++) {
          luma.fill(235, y * layout.width + Math.round(x1), y * layout.width + Math.round(x2))
        }
      }
    }
    const times = Array.from({ length: count }, (_, index) => (first + index) / FPS)
    last = (await detector.detect(buffer, times)).at(-1)
  }
  return last
}

const runner = (frame: number): BoundingBox => [60 + 9 * frame, 120, 84 + 9 * frame, 184]
const ball = (frame: number): BoundingBox => [500 - 12 * frame, 250 + 2 * frame, 508 - 12 * frame, 258 + 2 * frame]

it.for([
  { name: 'a camera that stands', pan: 0 },
  { name: 'a camera that pans', pan: 7 },
])('finds a runner and a ball with $name, and nothing else', async ({ pan }) => {
  const seen = await play({ pan, things: (frame) => [runner(frame), ball(frame)] }, 26)
  const detections = seen?.detections ?? []
  expect(detections.map(({ className }) => className).sort()).toEqual(['person', 'sports ball'])
  for (const { className, box, score } of detections) {
    expect(overlap(box, className === 'person' ? runner(25) : ball(25))).toBeGreaterThan(0.6)
    expect(score).toBeGreaterThan(0.5)
  }
})

it('tells how the camera moved, in pixels of the source', async () => {
  const seen = await play({ pan: 7, things: () => [] }, 6)
  expect(seen?.camera).toEqual([1, 0, -7, 0, 1, 0].map((value) => expect.closeTo(value, 0)))
  expect(seen?.camera?.[2]).toBeCloseTo(-7, 1)
})

it('sees nothing where nothing moves', async () => {
  for (const pan of [0, 7]) expect((await play({ pan, things: () => [] }, 20))?.detections).toEqual([])
})

it('takes what a panning camera always shows in one place for a scoreboard', async () => {
  const scoreboard: BoundingBox = [20, 20, 60, 90]
  expect((await play({ pan: 7, things: () => [scoreboard] }, 30))?.detections).toEqual([])
})

it('reports only classes that are asked for', async () => {
  const detector = motionDetector(SOURCE, [{ name: 'car', floor: 0.1 }])
  const bytes = (detector.layout.batch * detector.layout.width * detector.layout.height * 3) / 2
  expect(await detector.detect(new ArrayBuffer(bytes), [0])).toEqual([{ detections: [], camera: undefined }])
})
