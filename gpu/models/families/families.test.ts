import { readFile } from 'node:fs/promises'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { readStateDict, type StateDict } from '#gpu/pth/read-state-dict.ts'
import { buildNetwork } from './index.ts'
import { blendStates } from './srvgg.ts'

const fixture = (name: string) => readFile(new URL(`./fixtures/${name}`, import.meta.url))
const state = async (name: string): Promise<StateDict> => readStateDict(await fixture(`${name}.pth`))

/** The picture the fixtures' outputs were computed from by PyTorch: 9×11, repeated where a network needs more. */
function picture(width: number, height: number): Float32Array {
  const values = new Float32Array(3 * width * height)
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const index = channel * 99 + (y % 9) * 11 + (x % 11)
        values[(channel * height + y) * width + x] = ((index * 37) % 101) / 100
      }
    }
  }
  return values
}

async function run(onnx: Uint8Array, width: number, height: number): Promise<ort.Tensor> {
  const session = await ort.InferenceSession.create(onnx, { logSeverityLevel: 3 })
  const { output } = await session.run({
    input: new ort.Tensor('float32', picture(width, height), [1, 3, height, width]),
  })
  if (output === undefined) throw new Error('the network has no output')
  return output
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((worst, value, index) => Math.max(worst, Math.abs(value - (b[index] ?? Number.NaN))), 0)
}

const NETWORKS = [
  ['srvgg-x2', 'SRVGGNetCompact', 2, 11, 9],
  ['rrdb-x4', 'RRDBNet', 4, 11, 9],
  ['rrdb-x2', 'RRDBNet', 2, 11, 9],
  ['esrgan-2018-x4', 'RRDBNet', 4, 11, 9],
  ['esrgan-2019-x4', 'RRDBNet', 4, 11, 9],
  ['swinir-nearest-x4', 'SwinIR', 4, 11, 9],
  ['swinir-shuffle-x2', 'SwinIR', 2, 11, 9],
  ['swinir-direct-x2', 'SwinIR', 2, 11, 9],
  ['rlfn-x2', 'RLFN', 2, 24, 22],
] as const

describe.each(NETWORKS)('%s', (name, architecture, scale, width, height) => {
  it('is recognised and equals PyTorch within 1e-5', async () => {
    const built = buildNetwork(await state(name))
    expect(built).toMatchObject({ architecture, scale })
    const output = await run(built.onnx, width, height)
    expect(output.dims).toEqual([1, 3, height * scale, width * scale])
    const bytes = await fixture(`${name}.out`)
    const expected = new Float32Array(Uint8Array.from(bytes).buffer)
    expect(expected.length).toBe(output.size)
    expect(largestDifference(output.data as Float32Array, expected)).toBeLessThan(1e-5)
  })

  it('is refused when one parameter is missing, is of another shape, or nothing uses it', async () => {
    const whole = await state(name)
    const keys = [...whole.keys()].filter((key) => key.endsWith('.weight'))
    const last = keys[keys.length - 1] ?? ''
    const tensor = whole.get(last)
    if (tensor === undefined) throw new Error('no parameters')
    const changed = (change: (copy: Map<string, typeof tensor>) => void) => {
      const copy = new Map(whole)
      change(copy)
      return () => buildNetwork(copy)
    }
    const coded = expect.objectContaining({ code: 'weights_mismatch' })
    expect(changed((copy) => copy.delete(last))).toThrow(coded)
    expect(changed((copy) => copy.set(last, { ...tensor, shape: [...tensor.shape, 2] }))).toThrow(coded)
    expect(changed((copy) => copy.set('classifier.bias', tensor))).toThrow(coded)
  })
})

it('says what it knows when an architecture is none of them', async () => {
  const unknown = new Map([['classifier.weight', { shape: [1], values: () => new Float32Array(1) }]])
  expect(() => buildNetwork(unknown)).toThrow(/SRVGGNetCompact, RRDBNet, SwinIR, RLFN.*classifier\.weight/)
})

it('takes PReLU of one slope for the LeakyReLU it is', async () => {
  const whole = await state('srvgg-x2')
  const slopes = (values: number[]) => ({ shape: [4], values: () => Float32Array.from(values) })
  const withSlopes = (values: number[]) =>
    new Map([...whole, ...[1, 3, 5].map((index) => [`body.${index}.weight`, slopes(values)] as const)])
  const nearly = await run(buildNetwork(withSlopes([0.25, 0.25, 0.25, 0.25 + 1e-6])).onnx, 11, 9)
  const equal = buildNetwork(withSlopes([0.25, 0.25, 0.25, 0.25])).onnx
  expect(Buffer.from(equal).includes('LeakyRelu')).toBe(true)
  expect(Buffer.from(equal).includes('PRelu')).toBe(false)
  expect(largestDifference((await run(equal, 11, 9)).data as Float32Array, nearly.data as Float32Array)).toBeLessThan(
    1e-5,
  )
})

it('interpolates two weight sets by name', async () => {
  const first = await state('srvgg-x2')
  const second: StateDict = new Map(
    [...first].map(([key, tensor]) => [key, { ...tensor, values: () => tensor.values().map((value) => -value) }]),
  )
  for (const [amount, factor] of [
    [0, 1],
    [0.25, 0.5],
    [1, -1],
  ] as const) {
    const blended = blendStates(first, second, amount)
    const expected =
      first
        .get('body.0.weight')
        ?.values()
        .map((value) => value * factor) ?? new Float32Array()
    expect(largestDifference(blended.get('body.0.weight')?.values() ?? new Float32Array(), expected)).toBeLessThan(1e-6)
  }
  expect(() => blendStates(first, new Map([...first].slice(1)), 0.5)).toThrow(/architecture/)
})
