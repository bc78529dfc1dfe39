import { describe, expect, it, onTestFinished } from 'vitest'
import { ortBackend } from '#gpu/inference/ort-backend.ts'
import { batchBytes } from '#gpu/media/frames.ts'
import { YOLOV8 } from '#gpu/models/yolov8.ts'
import { YOLOX } from '#gpu/models/yolox.ts'
import { GraphBuilder } from '#gpu/onnx/graph-builder.ts'
import { DATA_TYPE } from '#gpu/onnx/model.ts'
import { chooseInput } from './choose-input.ts'
import { openDetector } from './detector.ts'
import { GRID_STRIDES } from './detector-graph.ts'

const HD = { width: 1920, height: 1080 }
const ROWS = 84

/**
 * Shaped like a YOLOv8 export for one picture of 96×64: every box is the middle of the picture, every score of a person is how green the
 * cell is.
 */
function greenNetwork(): Uint8Array {
  const graph = new GraphBuilder('green.')
  graph.input('images', DATA_TYPE.float, [1, 3, 64, 96])
  const heads = GRID_STRIDES.map((stride) => {
    const cells = graph.node('AveragePool', ['images'], { kernel_shape: [stride, stride], strides: [stride, stride] })
    const weights = new Array<number>(ROWS * 3).fill(0)
    // Row 4 is the first class, and green the second colour; only the coarsest grid says anything.
    if (stride === 32) weights[4 * 3 + 1] = 1
    const bias = [48, 32, 24, 16, ...new Array<number>(ROWS - 4).fill(0)]
    const head = graph.node('Conv', [cells, graph.floats([ROWS, 3, 1, 1], weights), graph.floats([ROWS], bias)], {
      kernel_shape: [1, 1],
    })
    return graph.node('Reshape', [head, graph.ints([1, ROWS, -1])])
  })
  graph.node('Concat', heads, { axis: 2 }, 'output0')
  graph.output('output0', DATA_TYPE.float, [1, ROWS, 96 + 24 + 6])
  return graph.finish(11, 6)
}

describe('the shape a detector runs at', () => {
  it('is the video’s own for a network that takes any', () => {
    const { letterbox, batch } = chooseInput(YOLOX.yolox_m, new Uint8Array(), HD, 8)
    expect(letterbox).toMatchObject({ content: { width: 1280, height: 720 }, input: { width: 1280, height: 736 } })
    expect(batch).toBe(8)
  })

  it('enlarges small videos, so that small people are found', () => {
    const { letterbox } = chooseInput(YOLOX.yolox_nano, new Uint8Array(), { width: 768, height: 576 }, 1)
    expect(letterbox).toMatchObject({ content: { width: 960, height: 720 }, input: { width: 960, height: 736 } })
  })

  it('is what the file says for a network that was exported for one shape and batch', () => {
    const { letterbox, batch } = chooseInput(YOLOV8.yolov8m, greenNetwork(), HD, 8)
    expect(letterbox).toMatchObject({ content: { width: 96, height: 54 }, input: { width: 96, height: 64 }, top: 5 })
    expect(batch).toBe(1)
  })
})

it('a YOLOv8 network sees red, green and blue between 0 and 1, in the middle of its padding', async () => {
  const { letterbox } = chooseInput(YOLOV8.yolov8m, greenNetwork(), HD, 1)
  const detector = await openDetector(
    {
      model: YOLOV8.yolov8m,
      network: greenNetwork(),
      batch: 1,
      letterbox,
      colour: { matrix: 'bt709', fullRange: false },
      classes: [{ name: 'person', floor: 0.6 }],
      iouThreshold: 0.45,
      signal: new AbortController().signal,
    },
    ortBackend('cpu', 1),
  )
  onTestFinished(() => detector.close())
  const green = new Uint8Array(batchBytes(detector.layout))
  const lumaEnd = 96 * 54
  // BT.709 limited range: Y 173, Cb 42, Cr 26.
  green.fill(173, 0, lumaEnd)
  green.fill(42, lumaEnd, lumaEnd + 48 * 27)
  green.fill(26, lumaEnd + 48 * 27)
  const [seen] = await detector.detect(green.buffer, [0])
  // All anchors answer the same box, which is as many pixels of the source as the picture is larger.
  expect(seen?.detections).toEqual([
    {
      box: [36 * 20, 19 * 20, 60 * 20, 35 * 20],
      score: expect.closeTo((27 + (5 * 114) / 255) / 32, 2),
      className: 'person',
    },
  ])
})
