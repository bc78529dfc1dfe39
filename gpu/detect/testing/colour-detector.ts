import { GRID_STRIDES } from '#gpu/detect/detector-graph.ts'
import type { DetectorModel } from '#gpu/detect/detector-model.ts'
import { GraphBuilder } from '#gpu/onnx/graph-builder.ts'
import { DATA_TYPE } from '#gpu/onnx/model.ts'

const ROWS = 85
const FIRST_CLASS = 5
const OBJECTNESS = 4
/** COCO's numbers of person and sports ball. */
const [PERSON, BALL] = [0, 32]

/**
 * A network shaped like a YOLOX export for a batch of one at 64×64 that takes cells of the coarsest grid for persons as far as they are
 * blue, and for balls as far as they are red. Every box is its cell.
 */
export function colourNetwork(): Uint8Array {
  const graph = new GraphBuilder('colour.')
  graph.input('images', DATA_TYPE.float, [1, 3, 64, 64])
  const heads = GRID_STRIDES.map((stride) => {
    const cells = graph.node('AveragePool', ['images'], { kernel_shape: [stride, stride], strides: [stride, stride] })
    const weights = new Array<number>(ROWS * 3).fill(0)
    const bias = new Array<number>(ROWS).fill(0)
    // The picture comes as blue, green, red.
    weights[(FIRST_CLASS + PERSON) * 3] = 1 / 255
    weights[(FIRST_CLASS + BALL) * 3 + 2] = 1 / 255
    bias[0] = 0.5
    bias[1] = 0.5
    bias[OBJECTNESS] = stride === 32 ? 1 : 0
    const head = graph.node('Conv', [cells, graph.floats([ROWS, 3, 1, 1], weights), graph.floats([ROWS], bias)], {
      kernel_shape: [1, 1],
    })
    return graph.node('Reshape', [head, graph.ints([1, ROWS, -1])])
  })
  const all = graph.node('Concat', heads, { axis: 2 })
  graph.node('Transpose', [all], { perm: [0, 2, 1] }, 'output')
  graph.output('output', DATA_TYPE.float, [1, 64 + 16 + 4, ROWS])
  return graph.finish(11, 6)
}

export const COLOUR_DETECTOR: DetectorModel = {
  name: 'yolox_nano',
  licence: 'part of this product',
  verified: true,
  weights: { file: 'none.onnx', sha256: undefined, source: 'made by a test' },
  head: 'yolox',
  pixels: { order: 'bgr', white: 255, padding: 114 },
  placement: 'top-left',
}
