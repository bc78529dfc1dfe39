import { expect, it } from 'vitest'
import type { Affine, Detection } from '#lib/core/tracking/types.ts'
import { DetectionLog, unpackDetections } from './detection-log.ts'

const PAN: Affine = [1, 0, -3.25, 0, 1, 0.5]

it('gives back what was added: times, boxes, classes, camera, frames without anything', () => {
  const log = new DetectionLog()
  const player: Detection = { box: [1.5, 2, 30, 40.25], score: 0.75, className: 'person' }
  const ball: Detection = { box: [50, 60, 55, 65], score: 0.125, className: 'sports ball' }
  log.add(0, [player, ball], undefined)
  log.add(0.04, [], PAN)
  log.add(0.1, [ball], [1, 0, 0, 0, 1, 0])
  expect([...unpackDetections(log.pack())]).toEqual([
    { frame: 0, timeS: 0, detections: [player, ball] },
    { frame: 1, timeS: 0.04, detections: [], camera: PAN },
    { frame: 2, timeS: 0.1, detections: [ball], camera: [1, 0, 0, 0, 1, 0] },
  ])
})

it('says where the camera takes a point, to a tenth of a pixel, and where that is not known', () => {
  const log = new DetectionLog()
  log.add(0, [], undefined)
  log.add(0.04, [], [1, 0, -3.26, 0, 1, 0.5])
  log.add(0.08, [], [1.01, 0, 0, 0, 1.01, 0])
  expect(log.shiftsAt(320, 180)).toEqual([null, [-3.3, 0.5], [3.2, 1.8]])
})

it('keeps the directions of embeddings to a hundredth', () => {
  const log = new DetectionLog()
  const vector = (seed: number) => Float32Array.from({ length: 512 }, (_, index) => 9 * Math.sin(seed * (index + 1)))
  const looks = [vector(1.1), vector(2.3)]
  log.add(
    0,
    [
      { box: [0, 0, 1, 1], score: 0.9, className: 'person', embedding: looks[0] ?? new Float32Array() },
      { box: [0, 0, 1, 1], score: 0.2, className: 'person' },
      { box: [0, 0, 1, 1], score: 0.8, className: 'person', embedding: looks[1] ?? new Float32Array() },
    ],
    undefined,
  )
  const cosine = (one: Float32Array, other: Float32Array) => {
    const dot = one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)
    return dot / (Math.hypot(...one) * Math.hypot(...other))
  }
  const [frame] = [...unpackDetections(log.pack())]
  const kept = frame?.detections.map(({ embedding }) => embedding) ?? []
  expect(kept[1]).toBeUndefined()
  expect(cosine(kept[0] ?? new Float32Array(1), looks[0] ?? new Float32Array(1))).toBeGreaterThan(0.99)
  expect(cosine(kept[2] ?? new Float32Array(1), looks[1] ?? new Float32Array(1))).toBeGreaterThan(0.99)
})

it('holds the embeddings of a long match in a few buffers', () => {
  const log = new DetectionLog()
  const looks = (index: number) => Float32Array.from([index % 2, (index + 1) % 2, 0, 0])
  for (let index = 0; index < 10_000; index++) {
    log.add(index / 5, [{ box: [0, 0, 1, 1], score: 0.9, className: 'person', embedding: looks(index) }], undefined)
  }
  const packed = log.pack()
  expect(packed.embeddings.length).toBeLessThan(5)
  for (const { frame, detections } of unpackDetections(packed)) {
    expect(detections[0]?.embedding?.[0] === 0, `frame ${frame}`).toBe(frame % 2 === 0)
  }
})

it('holds a hundred thousand detections in their order', () => {
  const log = new DetectionLog()
  for (let frame = 0; frame < 20_000; frame++) {
    const detections = Array.from({ length: frame % 10 }, (_, index): Detection => {
      return { box: [frame, index, frame + 1, index + 1], score: 0.5, className: 'person' }
    })
    log.add(frame / 25, detections, undefined)
  }
  expect(log.frames).toBe(20_000)
  let frames = 0
  for (const { frame, timeS, detections } of unpackDetections(log.pack())) {
    if (timeS !== frame / 25 || detections.length !== frame % 10) throw new Error(`frame ${frame} is another`)
    for (const [index, { box }] of detections.entries()) {
      if (box[0] !== frame || box[1] !== index) throw new Error(`frame ${frame} holds another's boxes`)
    }
    frames += 1
  }
  expect(frames).toBe(20_000)
})
