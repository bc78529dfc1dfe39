import { readFile } from 'node:fs/promises'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from './graph-builder.ts'
import { DATA_TYPE } from './model.ts'
import { quantization, rgbToYuv, wrapForVideo, type YuvColour, yuvToRgb } from './yuv-graph.ts'

interface Plane {
  readonly width: number
  readonly height: number
  readonly values: Float64Array
}

const at = ({ width, height, values }: Plane, x: number, y: number): number =>
  values[Math.max(0, Math.min(height - 1, y)) * width + Math.max(0, Math.min(width - 1, x))] ?? Number.NaN

/** 4:2:0 bytes to RGB planes in [0,1]: chroma at the left of each pair of columns, half-way between rows, linear. */
function referenceRgb(y: Plane, cb: Plane, cr: Plane, colour: YuvColour, bits: 8 | 10 = 8): Plane[] {
  const { lumaOffset, lumaScale, chromaScale, chromaZero } = quantization(colour.fullRange, bits)
  const chroma = (plane: Plane, x: number, line: number) => {
    const [cx, cy] = [x / 2, (line - 0.5) / 2]
    const [x0, y0] = [Math.floor(cx), Math.floor(cy)]
    const [fx, fy] = [cx - x0, cy - y0]
    const row = (r: number) => (1 - fx) * at(plane, x0, r) + fx * at(plane, x0 + 1, r)
    return ((1 - fy) * row(y0) + fy * row(y0 + 1) - chromaZero) / chromaScale
  }
  return yuvToRgb(colour.matrix).map(([ky, kcb, kcr]) => {
    const values = new Float64Array(y.width * y.height)
    for (let line = 0; line < y.height; line++) {
      for (let x = 0; x < y.width; x++) {
        const luma = (at(y, x, line) - lumaOffset) / lumaScale
        const value = ky * luma + kcb * chroma(cb, x, line) + kcr * chroma(cr, x, line)
        values[line * y.width + x] = Math.max(0, Math.min(1, value))
      }
    }
    return { width: y.width, height: y.height, values }
  })
}

/** RGB planes to 4:2:0 levels, not rounded. */
function referenceYuv(rgb: readonly Plane[], colour: YuvColour, bits: 8 | 10 = 8): Plane[] {
  const { lumaOffset, lumaScale, chromaScale, chromaZero, maximum } = quantization(colour.fullRange, bits)
  const [width, height] = [rgb[0]?.width ?? 0, rgb[0]?.height ?? 0]
  return rgbToYuv(colour.matrix).map((weights, row) => {
    const mix = (x: number, y: number) =>
      weights.reduce(
        (sum, weight, channel) => sum + weight * Math.max(0, Math.min(1, at(rgb[channel] ?? never(), x, y))),
        0,
      )
    if (row === 0) return fill(width, height, (x, y) => lumaOffset + lumaScale * mix(x, y))
    const across = (x: number, y: number) => (mix(x - 1, y) + 2 * mix(x, y) + mix(x + 1, y)) / 4
    return fill(width / 2, height / 2, (x, y) =>
      Math.min(maximum, chromaZero + (chromaScale * (across(2 * x, 2 * y) + across(2 * x, 2 * y + 1))) / 2),
    )
  })
}

function never(): Plane {
  throw new Error('three channels')
}

function fill(width: number, height: number, value: (x: number, y: number) => number): Plane {
  const values = new Float64Array(width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) values[y * width + x] = value(x, y)
  return { width, height, values }
}

const asPlane = (values: ArrayLike<number>, width: number, height: number): Plane => ({
  width,
  height,
  values: Float64Array.from(values),
})

/** A smooth picture with a little noise: every hue, all edges different. */
function frame(width: number, height: number, bits: 8 | 10 = 8) {
  const wave = (x: number, y: number, phase: number) =>
    128 + 60 * Math.sin(x / 5 + phase) * Math.cos(y / 7 - phase) + ((x * 7 + y * 13) % 9)
  const plane = (w: number, h: number, phase: number) => {
    const { values } = fill(w, h, (x, y) => Math.round(2 ** (bits - 8) * wave(x, y, phase)))
    return asPlane(values, w, h)
  }
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  return { y: plane(width, height, 0), cb: plane(w, h, 1), cr: plane(w, h, 2) }
}

/** A network that doubles sizes by repeating pixels. */
function nearestNetwork(): Uint8Array {
  const graph = new GraphBuilder('net.')
  graph.input('x', DATA_TYPE.float, [1, 3, 4, 4])
  const scales = graph.floats([4], [1, 1, 2, 2])
  graph.node(
    'Resize',
    ['x', '', scales],
    { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    'z',
  )
  graph.output('z', DATA_TYPE.float, [1, 3, 8, 8])
  return graph.finish(17, 8)
}

async function runWrapped(network: Uint8Array, width: number, height: number, colour: YuvColour, bits: 8 | 10 = 8) {
  const { y, cb, cr } = frame(width, height, bits)
  const format = bits === 10 ? 'yuv420p10' : 'yuv420p'
  const session = await ort.InferenceSession.create(
    wrapForVideo(network, { batch: 1, width, height, scale: 2, colour, format }),
  )
  const tensor = (values: Iterable<number>, dims: readonly number[]) =>
    bits === 10
      ? new ort.Tensor('uint16', Uint16Array.from(values), dims)
      : new ort.Tensor('uint8', Uint8Array.from(values), dims)
  const result = await session.run({
    y: tensor(y.values, [1, 1, height, width]),
    uv: tensor([...cb.values, ...cr.values], [1, 2, cb.height, cb.width]),
  })
  const chroma = result.uv_out?.data as Uint8Array | Uint16Array
  const half = chroma.length / 2
  return {
    source: { y, cb, cr },
    planes: [
      asPlane(result.y_out?.data as Uint8Array | Uint16Array, width * 2, height * 2),
      asPlane(chroma.subarray(0, half), width, height),
      asPlane(chroma.subarray(half), width, height),
    ],
  }
}

function largestDifference(a: Plane | undefined, b: Plane | undefined): number {
  if (a === undefined || b === undefined) throw new Error('a plane is missing')
  expect([a.width, a.height]).toEqual([b.width, b.height])
  return a.values.reduce((worst, value, index) => Math.max(worst, Math.abs(value - (b.values[index] ?? Number.NaN))), 0)
}

const COLOURS: YuvColour[] = [
  { matrix: 'bt709', fullRange: false },
  { matrix: 'bt601', fullRange: false },
  { matrix: 'bt709', fullRange: true },
  { matrix: 'bt601', fullRange: true },
]

describe.each(COLOURS)('video graph in $matrix, full range $fullRange', (colour) => {
  it.each([
    [24, 16, 8],
    [25, 17, 8],
    [24, 16, 10],
    [25, 17, 10],
  ] as const)(
    'equals the float reference around a nearest-neighbour network at %ix%i in %i bits',
    async (width, height, bits) => {
      const { source, planes } = await runWrapped(nearestNetwork(), width, height, colour, bits)
      const small = referenceRgb(source.y, source.cb, source.cr, colour, bits)
      const large = small.map((plane) => fill(width * 2, height * 2, (x, y) => at(plane, x >> 1, y >> 1)))
      // The last odd column and row of the graph see one more repeated pixel, which is cut off again.
      const expected = referenceYuv(large, colour, bits)
      for (const [index, plane] of planes.entries())
        expect(largestDifference(plane, expected[index])).toBeLessThan(0.51)
    },
  )
})

it('equals the plain network between float conversions', async () => {
  const network = new Uint8Array(await readFile(new URL('../models/reelsr/reelsr-fast-x2-clean.onnx', import.meta.url)))
  const colour: YuvColour = { matrix: 'bt709', fullRange: false }
  const [width, height] = [32, 24]
  const { source, planes } = await runWrapped(network, width, height, colour)
  const rgb = referenceRgb(source.y, source.cb, source.cr, colour)
  const session = await ort.InferenceSession.create(network)
  const input = Float32Array.from(rgb.flatMap((plane) => [...plane.values]))
  const { output } = await session.run({ input: new ort.Tensor('float32', input, [1, 3, height, width]) })
  const data = output?.data as Float32Array
  const size = 4 * width * height
  const large = [0, 1, 2].map((channel) =>
    asPlane(data.subarray(channel * size, (channel + 1) * size), 2 * width, 2 * height),
  )
  const expected = referenceYuv(large, colour)
  for (const [index, plane] of planes.entries()) expect(largestDifference(plane, expected[index])).toBeLessThan(0.51)
})

it('refuses a network of an opset without the operators it needs', () => {
  const graph = new GraphBuilder('net.')
  graph.input('x', DATA_TYPE.float, [1, 3, 4, 4])
  graph.node('Identity', ['x'], {}, 'z')
  graph.output('z', DATA_TYPE.float, [1, 3, 4, 4])
  const plan = { batch: 1, width: 4, height: 4, scale: 1, colour: { matrix: 'bt709', fullRange: false } } as const
  expect(() => wrapForVideo(graph.finish(9, 4), plan)).toThrow(/opset 9 is too old/)
})
