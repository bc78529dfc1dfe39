import { DATA_TYPE } from '#gpu/onnx/model.ts'
import { damaged } from '#gpu/pth/damaged.ts'
import type { NetworkBuilder } from './network-builder.ts'

/** Attention between the pixels of square windows, in several heads. */
export interface Windows {
  readonly size: number
  readonly heads: number
  readonly channels: number
}

export interface BlockOptions {
  readonly windows: Windows
  readonly shifted: boolean
  /** From `regionMask`. */
  readonly mask: string
}

/** What is added to the attention between pixels that a shift made neighbours only by wrapping around. */
const FORBIDDEN = -100

export const toChannelsLast = (net: NetworkBuilder, x: string): string =>
  net.graph.node('Transpose', [x], { perm: [0, 2, 3, 1] })
export const toChannelsFirst = (net: NetworkBuilder, x: string): string =>
  net.graph.node('Transpose', [x], { perm: [0, 3, 1, 2] })

/** Over the last axis. */
export function layerNorm(net: NetworkBuilder, x: string, key: string, channels: number): string {
  const parameter = (name: string) =>
    net.graph.weights(`${key}.${name}`, [channels], net.take(`${key}.${name}`, [channels]))
  return net.graph.node('LayerNormalization', [x, parameter('weight'), parameter('bias')], {
    epsilon: { float: 1e-5 },
    axis: -1,
  })
}

/** `x · Wᵀ + b` over the last axis; the first `scaledRows` outputs are multiplied by `factor`. */
function linear(net: NetworkBuilder, x: string, key: string, scaledRows = 0, factor = 1): string {
  const [outputs, inputs] = [net.length(`${key}.weight`, 0), net.length(`${key}.weight`, 1)]
  const [weight, bias] = [net.take(`${key}.weight`, [outputs, inputs]), net.take(`${key}.bias`, [outputs])]
  const transposed = new Float32Array(weight.length)
  for (let row = 0; row < outputs; row++) {
    const scale = row < scaledRows ? factor : 1
    for (let column = 0; column < inputs; column++) {
      transposed[column * outputs + row] = scale * (weight[row * inputs + column] ?? 0)
    }
    bias[row] = scale * (bias[row] ?? 0)
  }
  const product = net.graph.node('MatMul', [x, net.graph.weights(`${key}.weight`, [inputs, outputs], transposed)])
  return net.graph.node('Add', [product, net.graph.weights(`${key}.bias`, [outputs], bias)])
}

/** A Swin transformer block (Liu et al., 2021) on [n, h, w, c]: attention within windows and a two-layer perceptron, each with its input added. */
export function swinBlock(
  net: NetworkBuilder,
  x: string,
  key: string,
  { windows, shifted, mask }: BlockOptions,
): string {
  const { graph } = net
  const shift = Math.floor(windows.size / 2)
  const normal = layerNorm(net, x, `${key}.norm1`, windows.channels)
  const moved = shifted ? roll(net, normal, shift) : normal
  const attended = attention(net, partition(net, moved, x, windows), `${key}.attn`, windows, shifted ? mask : undefined)
  const joined = join(net, attended, x, windows)
  const y = graph.node('Add', [x, shifted ? roll(net, joined, -shift) : joined])
  const hidden = linear(net, layerNorm(net, y, `${key}.norm2`, windows.channels), `${key}.mlp.fc1`)
  return graph.node('Add', [y, linear(net, gelu(net, hidden), `${key}.mlp.fc2`)])
}

/** Moves rows and columns up and left by `by` (down and right when negative), around the edges. */
function roll(net: NetworkBuilder, x: string, by: number): string {
  const { graph } = net
  return [1, 2].reduce((rolled, axis) => {
    const slice = (from: number, to: number) =>
      graph.node('Slice', [rolled, graph.ints([from]), graph.ints([to]), graph.ints([axis])])
    return graph.node('Concat', [slice(by, Number.MAX_SAFE_INTEGER), slice(0, by)], { axis })
  }, x)
}

/** Sizes `[n, h/s, s, w/s, s, c]` or `[n, h/s, w/s, s, s, c]` of the picture `like`, as a shape to reshape to. */
function windowShape(
  net: NetworkBuilder,
  like: string,
  { size, channels }: Windows,
  order: 'picture' | 'windows',
): string {
  const { graph } = net
  const shape = graph.node('Shape', [like])
  const axis = (index: number) => graph.node('Slice', [shape, graph.ints([index]), graph.ints([index + 1])])
  const side = graph.ints([size])
  const [rows, columns] = [graph.node('Div', [axis(1), side]), graph.node('Div', [axis(2), side])]
  const parts = order === 'picture' ? [rows, side, columns, side] : [rows, columns, side, side]
  return graph.node('Concat', [axis(0), ...parts, graph.ints([channels])], { axis: 0 })
}

/** [n, h, w, c] → [n · windows, s², c]. */
function partition(net: NetworkBuilder, x: string, like: string, windows: Windows): string {
  const { graph } = net
  const split = graph.node('Reshape', [x, windowShape(net, like, windows, 'picture')])
  const grouped = graph.node('Transpose', [split], { perm: [0, 1, 3, 2, 4, 5] })
  return graph.node('Reshape', [grouped, graph.ints([-1, windows.size ** 2, windows.channels])])
}

/** The way back, to the size of `like`. */
function join(net: NetworkBuilder, x: string, like: string, windows: Windows): string {
  const { graph } = net
  const split = graph.node('Reshape', [x, windowShape(net, like, windows, 'windows')])
  const lines = graph.node('Transpose', [split], { perm: [0, 1, 3, 2, 4, 5] })
  return graph.node('Reshape', [lines, graph.node('Shape', [like])])
}

/** Multi-head attention with a learned bias for each relative position, on [windows, s², c]. */
function attention(net: NetworkBuilder, x: string, key: string, windows: Windows, mask: string | undefined): string {
  const { graph } = net
  const { size, heads, channels } = windows
  const [pixels, depth] = [size * size, channels / heads]
  if (!Number.isInteger(depth)) throw damaged('its channels do not divide among the heads')
  // The usual 1/√d goes into the queries' weights.
  const qkv = linear(net, x, `${key}.qkv`, channels, 1 / Math.sqrt(depth))
  const split = graph.node('Reshape', [qkv, graph.ints([-1, pixels, 3, heads, depth])])
  const apart = graph.node('Transpose', [split], { perm: [2, 0, 3, 1, 4] })
  const part = (index: number, perm?: readonly number[]) => {
    const one = graph.node('Gather', [apart, graph.ints([index])], { axis: 0 })
    const flat = graph.node('Squeeze', [one, graph.ints([0])])
    return perm === undefined ? flat : graph.node('Transpose', [flat], { perm })
  }
  let scores = graph.node('MatMul', [part(0), part(1, [0, 1, 3, 2])])
  scores = graph.node('Add', [scores, relativeBias(net, key, windows)])
  if (mask !== undefined) {
    // [n · windows, heads, s², s²] and a mask per window: pictures apart for the sum.
    const apart = graph.node('Concat', [graph.ints([-1]), graph.node('Shape', [mask])], { axis: 0 })
    const perWindow = graph.node('Reshape', [scores, headShape(net, apart, heads)])
    scores = graph.node('Reshape', [graph.node('Add', [perWindow, mask]), graph.ints([-1, heads, pixels, pixels])])
  }
  const mixed = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: -1 }), part(2)])
  const together = graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] })
  return linear(net, graph.node('Reshape', [together, graph.ints([-1, pixels, channels])]), `${key}.proj`)
}

/** `[-1, windows, 1, s², s²]` with the heads in place of the one. */
function headShape(net: NetworkBuilder, shape: string, heads: number): string {
  const { graph } = net
  const slice = (from: number, to: number) => graph.node('Slice', [shape, graph.ints([from]), graph.ints([to])])
  return graph.node('Concat', [slice(0, 2), graph.ints([heads]), slice(3, 5)], { axis: 0 })
}

/** The table of (2s − 1)² relative positions spread out to [1, heads, s², s²]. */
function relativeBias(net: NetworkBuilder, key: string, { size, heads }: Windows): string {
  const [span, pixels] = [2 * size - 1, size * size]
  const name = `${key}.relative_position_bias_table`
  const table = net.take(name, [span * span, heads])
  const spread = new Float32Array(heads * pixels * pixels)
  for (let head = 0; head < heads; head++) {
    for (let from = 0; from < pixels; from++) {
      for (let to = 0; to < pixels; to++) {
        const down = Math.floor(from / size) - Math.floor(to / size) + size - 1
        const across = (from % size) - (to % size) + size - 1
        spread[(head * pixels + from) * pixels + to] = table[(down * span + across) * heads + head] ?? Number.NaN
      }
    }
  }
  return net.graph.weights(name, [1, heads, pixels, pixels], spread)
}

/**
 * For shifted windows of a picture the size of `like`: [windows, 1, s², s²], 0 between pixels that are neighbours in the picture and
 * −100 between those that only the wrap-around brought together. Constant for a fixed size, so ONNX Runtime computes it once.
 */
export function regionMask(net: NetworkBuilder, like: string, size: number): string {
  const { graph } = net
  const shape = graph.node('Shape', [like])
  const scalar = (axis: number) => graph.node('Squeeze', [graph.node('Gather', [shape, graph.ints([axis])])])
  const zero = graph.node('Squeeze', [graph.ints([0])])
  const one = graph.node('Squeeze', [graph.ints([1])])
  /** 0, 1 or 2 along an axis: before the last window, the part of it that stays, the part that wraps. */
  const regions = (axis: number): string => {
    const length = scalar(axis)
    const positions = graph.node('Range', [zero, length, one])
    const beyond = (distance: number) => {
      const limit = graph.node('Sub', [length, graph.ints([distance])])
      const inside = graph.node('Less', [positions, limit])
      return graph.node('Cast', [graph.node('Not', [inside])], { to: DATA_TYPE.float })
    }
    return graph.node('Add', [beyond(size), beyond(Math.floor(size / 2))])
  }
  const rows = graph.node('Mul', [graph.node('Unsqueeze', [regions(1), graph.ints([1])]), graph.floats([], [3])])
  const numbered = graph.node('Add', [rows, graph.node('Unsqueeze', [regions(2), graph.ints([0])])])
  const picture = graph.node('Unsqueeze', [numbered, graph.ints([0, 3])])
  const windows = partition(net, picture, picture, { size, heads: 1, channels: 1 })
  const [from, to] = [graph.ints([-1, 1, 1, size ** 2]), graph.ints([-1, 1, size ** 2, 1])]
  const same = graph.node('Equal', [graph.node('Reshape', [windows, from]), graph.node('Reshape', [windows, to])])
  return graph.node('Where', [same, graph.floats([], [0]), graph.floats([], [FORBIDDEN])])
}

/** x · Φ(x), exactly. */
function gelu(net: NetworkBuilder, x: string): string {
  const { graph } = net
  const erf = graph.node('Erf', [graph.node('Div', [x, graph.floats([], [Math.SQRT2])])])
  const product = graph.node('Mul', [x, graph.node('Add', [erf, graph.floats([], [1])])])
  return graph.node('Mul', [product, graph.floats([], [0.5])])
}
