import { readFile } from 'node:fs/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { batchBytes } from '#gpu/media/frames.ts'
import { GraphBuilder } from '#gpu/onnx/graph-builder.ts'
import { DATA_TYPE } from '#gpu/onnx/model.ts'
import type { NetworkPlan } from './backend.ts'
import { type OrtBackendOptions, ortBackend } from './ort-backend.ts'
import { RUNTIMES } from './runtime.ts'

const NETWORK = new URL('../models/reelsr/reelsr-std-x2-clean.onnx', import.meta.url)

/** `sum` = `a` + `b` (float32), `count` = how many there are (int64), `bytes` = `c` as it is (uint8). */
function everyType(): Uint8Array {
  const graph = new GraphBuilder('t.')
  graph.input('a', DATA_TYPE.float, [2, 3])
  graph.input('b', DATA_TYPE.float, [2, 3])
  graph.input('c', DATA_TYPE.uint8, [4])
  graph.node('Add', ['a', 'b'], {}, 'sum')
  graph.node('Size', ['a'], {}, 'count')
  graph.node('Identity', ['c'], {}, 'bytes')
  graph.output('sum', DATA_TYPE.float, [2, 3])
  graph.output('count', DATA_TYPE.int64, [])
  graph.output('bytes', DATA_TYPE.uint8, [4])
  return graph.finish(13, 8)
}
const inputs = () => ({
  a: { data: Float32Array.of(1, 2, 3, 4, 5, 6), dims: [2, 3] },
  b: { data: Float32Array.of(10, 20, 30, 40, 50, 60), dims: [2, 3] },
  c: { data: Uint8Array.of(7, 8, 9, 255), dims: [4] },
})

/** Where the values that are not zero are: how many, only the run knows. */
function whereNotZero(): Uint8Array {
  const graph = new GraphBuilder('t.')
  graph.input('x', DATA_TYPE.float, ['n', 2])
  graph.node('NonZero', ['x'], {}, 'places')
  graph.node('Shape', ['x'], {}, 'shape')
  graph.output('places', DATA_TYPE.int64, [2, 'found'])
  graph.output('shape', DATA_TYPE.int64, [2])
  return graph.finish(13, 8)
}

async function plan(overrides: Partial<NetworkPlan> = {}): Promise<NetworkPlan> {
  return {
    network: new Uint8Array(await readFile(NETWORK)),
    scale: 2,
    radius: 10,
    colour: { matrix: 'bt709', fullRange: false },
    layout: { batch: 1, width: 96, height: 64 },
    maxTilePixels: 1 << 20,
    ...overrides,
  }
}

/** A batch of frames that differ; every frame's planes are the same wherever in a batch it is. */
function frames(width: number, height: number, indices: readonly number[]): ArrayBuffer {
  const noise = (seed: number) => 40 + (((seed * 2654435761) >>> 24) % 160)
  const plane = (bytes: number, index: number) =>
    Uint8Array.from({ length: bytes }, (_, at) => noise(at + 7919 * index))
  const [luma, chroma] = [width * height, (width * height) / 2]
  const planes = [...indices.map((index) => plane(luma, index)), ...indices.map((index) => plane(chroma, index + 100))]
  return new Uint8Array(Buffer.concat(planes)).buffer
}

/** Planes of one frame out of a batch buffer. */
function frameOf(buffer: ArrayBuffer, batch: number, pixels: number, index: number): Buffer {
  const bytes = Buffer.from(buffer)
  const chromaAt = batch * pixels + (index * pixels) / 2
  return Buffer.concat([
    bytes.subarray(index * pixels, (index + 1) * pixels),
    bytes.subarray(chromaAt, chromaAt + pixels / 2),
  ])
}

describe.each(RUNTIMES)('ONNX Runtime through %s', (runtime) => {
  const open = (options: OrtBackendOptions = {}) => {
    const backend = ortBackend('cpu', 1, { runtime, ...options })
    onTestFinished(() => backend.close())
    return backend
  }

  it('runs a graph with named tensors of every type', async () => {
    const session = await open().openModel({ bytes: everyType() })
    onTestFinished(() => session.close())
    expect(session.inputs).toEqual([
      { name: 'a', type: 'float32', dims: [2, 3] },
      { name: 'b', type: 'float32', dims: [2, 3] },
      { name: 'c', type: 'uint8', dims: [4] },
    ])
    expect(session.outputs.map(({ name }) => name)).toEqual(['sum', 'count', 'bytes'])
    const all = {
      sum: { data: Float32Array.of(11, 22, 33, 44, 55, 66), dims: [2, 3] },
      count: { data: BigInt64Array.of(6n), dims: [] },
      bytes: { data: Uint8Array.of(7, 8, 9, 255), dims: [4] },
    }
    expect(await session.run(inputs())).toEqual(all)
    expect(await session.run(inputs())).toEqual(all)
    expect(await session.run(inputs(), { outputs: ['sum'] })).toEqual({ sum: all.sum })
  })

  it('answers outputs whose size only the run knows, and takes sizes for named dimensions', async () => {
    const x = () => ({ x: { data: Float32Array.of(0, 5, 0, 0, 6, 7), dims: [3, 2] } })
    const expected = {
      places: { data: BigInt64Array.of(0n, 2n, 2n, 1n, 0n, 1n), dims: [2, 3] },
      shape: { data: BigInt64Array.of(3n, 2n), dims: [2] },
    }
    const free = await open().openModel({ bytes: whereNotZero() })
    onTestFinished(() => free.close())
    expect(free.inputs).toEqual([{ name: 'x', type: 'float32', dims: ['n', 2] }])
    expect(await free.run(x())).toEqual(expected)
    const fixed = await open().openModel({ bytes: whereNotZero(), freeDimensions: { n: 3 } })
    onTestFinished(() => fixed.close())
    expect(fixed.inputs).toEqual([{ name: 'x', type: 'float32', dims: [3, 2] }])
    expect(await fixed.run(x())).toEqual(expected)
    expect(await fixed.run(x(), { outputs: ['places'] })).toEqual({ places: expected.places })
  })

  it('says what is wrong with a run, and can be used on', async () => {
    const session = await open().openModel({ bytes: everyType() })
    onTestFinished(() => session.close())
    const { a, b } = inputs()
    await expect(session.run({ a, b })).rejects.toMatchObject({ code: 'inference_failed' })
    const wrong = { ...inputs(), a: { data: new Float32Array(8), dims: [2, 4] } }
    await expect(session.run(wrong)).rejects.toMatchObject({ code: 'inference_failed' })
    expect((await session.run(inputs())).count?.data).toEqual(BigInt64Array.of(6n))
  })

  it('refuses a malformed model, whole and in part', async () => {
    const whole = everyType()
    for (const bytes of [new Uint8Array(0), new Uint8Array(500).fill(0xff), whole.slice(0, whole.length - 7)]) {
      await expect(open().openModel({ bytes })).rejects.toMatchObject({ code: 'inference_failed' })
    }
  })

  it('gives a frame the same result alone and in a batch, and the plain backend’s result', async () => {
    const [width, height, pixels] = [96, 64, 4 * 96 * 64]
    const run = async (backend: ReturnType<typeof ortBackend>, indices: readonly number[], batch: number) => {
      const layout = { batch, width, height }
      const network = await backend.open(await plan({ layout }))
      onTestFinished(() => network.close())
      const input = new Uint8Array(batchBytes(layout))
      const output = new ArrayBuffer(batchBytes(network.output))
      input.set(new Uint8Array(frames(width, height, [...indices, ...Array(batch - indices.length).fill(0)])))
      return (await network.run(input.buffer, output, indices.length)).output
    }
    const together = await run(open(), [1, 2, 3], 4)
    const reference = ortBackend('cpu', 1, { runtime: 'node' })
    for (const [at, index] of [1, 2, 3].entries()) {
      const alone = frameOf(await run(open(), [index], 1), 1, pixels, 0)
      expect(Buffer.compare(frameOf(together, 4, pixels, at), alone)).toBe(0)
      expect(Buffer.compare(alone, frameOf(await run(reference, [index], 1), 1, pixels, 0))).toBe(0)
    }
    expect(Buffer.compare(frameOf(together, 4, pixels, 0), frameOf(together, 4, pixels, 1))).not.toBe(0)
  })

  it('rejects a run at once when it is closed, and may be closed again', async () => {
    const session = await open().openModel({ bytes: slow() })
    let start = performance.now()
    await session.run(slowInput())
    const wholeMs = performance.now() - start
    const failure = session.run(slowInput()).catch((error: unknown) => error)
    start = performance.now()
    const closed = session.close()
    expect(await failure).toMatchObject({ message: 'the network was closed' })
    expect(performance.now() - start).toBeLessThan(wholeMs / 5)
    await closed
    await session.close()
    await expect(session.run(slowInput())).rejects.toThrow('the network was closed')
  })

  it('leaves a run when its signal is aborted, with the signal’s reason, and can be used on', async () => {
    const session = await open().openModel({ bytes: slow() })
    onTestFinished(() => session.close())
    const stop = new AbortController()
    const running = session.run(slowInput(), { signal: stop.signal }).catch((error: unknown) => error)
    setTimeout(() => stop.abort(new Error('enough')), 30)
    expect(await running).toMatchObject({ message: 'enough' })
    await expect(session.run(slowInput(), { signal: stop.signal })).rejects.toThrow('enough')
    expect((await session.run(slowInput())).out?.dims).toEqual([1, 8, 256, 256])
  })

  it('keeps a closed network for the next who opens the same, within its memory', async () => {
    const backend = open({ warmBytes: 1 << 30 })
    const time = async (request: NetworkPlan) => {
      const start = performance.now()
      const network = await backend.open(request)
      const opened = performance.now() - start
      await network.close()
      return opened
    }
    const cold = await time(await plan())
    const warm = await time(await plan())
    expect(warm).toBeLessThan(cold / 5)
    const other = await time(await plan({ layout: { batch: 2, width: 96, height: 64 } }))
    expect(other).toBeGreaterThan(5 * warm)
  })
})

/** Many convolutions one after another: a few seconds of one core. */
function slow(): Uint8Array {
  const graph = new GraphBuilder('s.')
  graph.input('in', DATA_TYPE.float, [1, 8, 256, 256])
  const weights = graph.floats(
    [8, 8, 3, 3],
    Array.from({ length: 576 }, (_, index) => Math.sin(index) / 24),
  )
  let last = 'in'
  for (let layer = 0; layer < 300; layer++)
    last = graph.node('Conv', [last, weights], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })
  graph.node('Identity', [last], {}, 'out')
  graph.output('out', DATA_TYPE.float, [1, 8, 256, 256])
  return graph.finish(13, 8)
}
const slowInput = () => ({ in: { data: new Float32Array(8 * 256 * 256), dims: [1, 8, 256, 256] } })

it('ends a run inside ONNX Runtime at once through the C API', async () => {
  const backend = ortBackend('cpu', 1, { runtime: 'c-api', warmBytes: 1 << 30 })
  onTestFinished(() => backend.close())
  const session = await backend.openModel({ bytes: slow() })
  const whole = performance.now()
  await session.run(slowInput())
  const wholeMs = performance.now() - whole
  session.run(slowInput()).catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 30))
  const start = performance.now()
  // Resolves when the thread has left the run.
  await session.close()
  const tookMs = performance.now() - start
  expect(wholeMs).toBeGreaterThan(200)
  // 50 ms on an idle machine.
  expect(tookMs).toBeLessThan(Math.max(50, wholeMs / 5))
})
