import { describe, expect, it } from 'vitest'
import { type ClassWanted, decodeHead } from './decode-head.ts'
import { anchorCount } from './detector-graph.ts'
import type { Letterbox } from './letterbox.ts'

const CLASSES: readonly ClassWanted[] = [
  { name: 'person', floor: 0.1 },
  { name: 'sports ball', floor: 0.3 },
]
/** Frames of 200×100 enlarged to 128×64 and lying at (0, 16) in an input of 128×96. */
const LETTERBOX: Letterbox = {
  source: { width: 200, height: 100 },
  content: { width: 128, height: 64 },
  input: { width: 128, height: 96 },
  left: 0,
  top: 16,
}
/** Grids of 16×12, 8×6 and 4×3 cells. */
const ANCHORS = 192 + 48 + 12

/** An output in which only the given anchors say something: box, then the scores of person and ball. */
function output(anchors: Readonly<Record<number, readonly [number, number, number, number, number, number]>>) {
  const frame = new Float32Array(6 * ANCHORS)
  for (const [anchor, values] of Object.entries(anchors)) {
    for (const [row, value] of values.entries()) frame[row * ANCHORS + Number(anchor)] = value
  }
  return frame
}

it('counts the anchors of three grids', () => {
  expect(anchorCount(LETTERBOX.input)).toBe(ANCHORS)
})

describe('YOLOX', () => {
  it('reads offsets in cells and sizes as powers of e, on every grid', () => {
    const frame = output({
      // Stride 8, row 5, column 6: centre (6.5, 5.25)·8, size e^ln2·8 × e^ln4·8.
      [5 * 16 + 6]: [0.5, 0.25, Math.log(2), Math.log(4), 0.8, 0],
      // Stride 32, row 1, column 2: centre (2, 1.5)·32.
      [192 + 48 + 1 * 4 + 2]: [0, 0.5, 0, 0, 0.4, 0],
    })
    const [first, second, ...more] = decodeHead(frame, 'yolox', LETTERBOX, CLASSES)
    expect(more).toEqual([])
    const scale = 200 / 128
    const near = (box: readonly number[]) => box.map((value) => expect.closeTo(value, 3))
    expect(first?.box).toEqual(near([44 * scale, (26 - 16) * scale, 60 * scale, (58 - 16) * scale]))
    expect(first).toMatchObject({ className: 'person', score: expect.closeTo(0.8, 6) })
    expect(second?.box).toEqual(near([48 * scale, (32 - 16) * scale, 80 * scale, (64 - 16) * scale]))
  })
})

describe('YOLOv8', () => {
  it('reads centres and sizes in pixels, and cuts boxes off at the frame', () => {
    const frame = output({ 3: [8, 40, 32, 16, 0, 0.9], 200: [120, 20, 40, 20, 0.5, 0] })
    const boxes = decodeHead(frame, 'yolov8', LETTERBOX, CLASSES)
    expect(boxes).toEqual([
      { box: [156.25, 0, 200, 21.875], score: 0.5, className: 'person' },
      { box: [0, 25, 37.5, 50], score: expect.closeTo(0.9, 6), className: 'sports ball' },
    ])
  })
})

it('drops what is below the floor of its class, not a number, or wholly in the padding', () => {
  const frame = output({
    0: [64, 48, 20, 20, 0.09, 0.29],
    1: [64, 48, 20, 20, Number.NaN, 0],
    2: [64, 90, 20, 10, 0.9, 0],
    3: [64, 48, 20, 20, 0.11, 0],
  })
  expect(decodeHead(frame, 'yolov8', LETTERBOX, CLASSES).map(({ score }) => score)).toEqual([expect.closeTo(0.11, 6)])
})

it('refuses an output of another size', () => {
  expect(() => decodeHead(new Float32Array(7), 'yolox', LETTERBOX, CLASSES)).toThrow('7 numbers')
})
