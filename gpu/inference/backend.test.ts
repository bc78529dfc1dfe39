import { expect, it } from 'vitest'
import { GraphBuilder } from '#gpu/onnx/graph-builder.ts'
import { DATA_TYPE } from '#gpu/onnx/model.ts'
import { ortBackend } from './ort-backend.ts'

/** `sum` = `a` + `b` (float32), `count` = how many there are (int64), `bytes` = `c` as it is (uint8). */
function model(): Uint8Array {
  const graph = new GraphBuilder('t.')
  const dims = [2, 3]
  graph.input('a', DATA_TYPE.float, dims)
  graph.input('b', DATA_TYPE.float, dims)
  graph.input('c', DATA_TYPE.uint8, [4])
  graph.node('Add', ['a', 'b'], {}, 'sum')
  graph.node('Size', ['a'], {}, 'count')
  graph.node('Identity', ['c'], {}, 'bytes')
  graph.output('sum', DATA_TYPE.float, dims)
  graph.output('count', DATA_TYPE.int64, [])
  graph.output('bytes', DATA_TYPE.uint8, [4])
  return graph.finish(13, 8)
}
const inputs = () => ({
  a: { data: Float32Array.of(1, 2, 3, 4, 5, 6), dims: [2, 3] },
  b: { data: Float32Array.of(10, 20, 30, 40, 50, 60), dims: [2, 3] },
  c: { data: Uint8Array.of(7, 8, 9, 255), dims: [4] },
})

it('runs a graph with named tensors of every type', async () => {
  const session = await ortBackend('cpu', 1).openModel({ bytes: model() })
  try {
    expect(session.inputs).toEqual([
      { name: 'a', type: 'float32', dims: [2, 3] },
      { name: 'b', type: 'float32', dims: [2, 3] },
      { name: 'c', type: 'uint8', dims: [4] },
    ])
    expect(session.outputs.map(({ name }) => name)).toEqual(['sum', 'count', 'bytes'])
    expect(await session.run(inputs())).toEqual({
      sum: { data: Float32Array.of(11, 22, 33, 44, 55, 66), dims: [2, 3] },
      count: { data: BigInt64Array.of(6n), dims: [] },
      bytes: { data: Uint8Array.of(7, 8, 9, 255), dims: [4] },
    })
    expect(Object.keys(await session.run(inputs(), { outputs: ['sum'] }))).toEqual(['sum'])
  } finally {
    await session.close()
  }
})
