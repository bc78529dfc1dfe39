import { DATA_TYPE } from '#gpu/onnx/model.ts'
import { damaged } from '#gpu/pth/damaged.ts'
import type { NetworkFamily } from './family.ts'
import { NetworkBuilder } from './network-builder.ts'

const SLOPE = 0.05
/** Pixels from one cell of the attention's coarse map to the next. */
const CELL = 6
const RANGE = 255

/**
 * Residual local feature network (Kong et al., 2022; github.com/bytedance/RLFN): blocks of three convolutions and enhanced spatial attention, on
 * colours of 0–255.
 */
export const rlfn: NetworkFamily = {
  architecture: 'RLFN',
  matches: (state) => state.has('conv_1.weight') && state.has('block_1.esa.conv_f.weight'),
  build(state, { placed = false } = {}) {
    const net = new NetworkBuilder(state)
    const { graph } = net
    const scale = Math.sqrt(net.length('upsampler.0.weight', 0) / 3)
    if (!Number.isInteger(scale)) throw damaged('its last convolution fits no scale')
    const first = net.conv(graph.node('Mul', [net.input, graph.floats([], [RANGE])]), 'conv_1')
    let x = first
    let blocks = 0
    const enlarge = placed ? placedInterpolation(net, first) : interpolation(net)
    while (net.has(`block_${blocks + 1}.c1_r.weight`)) {
      blocks += 1
      x = localFeatures(net, x, `block_${blocks}`, enlarge)
    }
    x = graph.node('Add', [net.conv(x, 'conv_2'), first])
    x = net.pixelShuffle(net.conv(x, 'upsampler.0'), scale)
    return {
      ...net.finish(graph.node('Mul', [x, graph.floats([], [1 / RANGE])])),
      architecture: this.architecture,
      variant: `${net.length('conv_1.weight', 0)} features, ${blocks} blocks`,
      scale,
      // A block's convolutions see 3 pixels; its attention a cell of 15, its neighbours and those it is interpolated from.
      receptiveRadius: 3 + blocks * 36,
      tileStep: CELL,
    }
  },
}

/** Brings the coarse map to the size of the picture `like`. */
type Enlarge = (coarse: string, like: string) => string

function localFeatures(net: NetworkBuilder, x: string, key: string, enlarge: Enlarge): string {
  let y = x
  for (const name of ['c1_r', 'c2_r', 'c3_r']) y = net.leakyRelu(net.conv(y, `${key}.${name}`), SLOPE)
  return spatialAttention(net, net.conv(net.graph.node('Add', [y, x]), `${key}.c5`), `${key}.esa`, enlarge)
}

/** Every pixel is weighted by a map made at a sixth of the size. */
function spatialAttention(net: NetworkBuilder, x: string, key: string, enlarge: Enlarge): string {
  const { graph } = net
  const narrow = net.conv(x, `${key}.conv1`)
  const strided = net.conv(narrow, `${key}.conv2`, { stride: 2, padding: 0 })
  const pooled = graph.node('MaxPool', [strided], { kernel_shape: [7, 7], strides: [3, 3] })
  const coarse = net.conv(pooled, `${key}.conv3`)
  const sum = graph.node('Add', [enlarge(coarse, x), net.conv(narrow, `${key}.conv_f`)])
  return graph.node('Mul', [x, graph.node('Sigmoid', [net.conv(sum, `${key}.conv4`)])])
}

function interpolation(net: NetworkBuilder): Enlarge {
  const { graph } = net
  const axes = (x: string, from: number, to: number) =>
    graph.node('Slice', [graph.node('Shape', [x]), graph.ints([from]), graph.ints([to])])
  return (coarse, like) =>
    graph.node('Resize', [coarse, '', '', graph.node('Concat', [axes(coarse, 0, 2), axes(like, 2, 4)], { axis: 0 })], {
      mode: 'linear',
      coordinate_transformation_mode: 'half_pixel',
    })
}

/**
 * The same interpolation with the whole frame's coordinates. The map has no cells for the last pixels, so it is stretched by a ratio that
 * depends on the frame's size: stretched by the tile's, attention would shift from tile to tile, visibly (3 levels of 255).
 * Bilinear interpolation is `rows · coarse · columnsᵀ`; both matrices are made once and used by every block.
 */
function placedInterpolation(net: NetworkBuilder, like: string): Enlarge {
  const { graph } = net
  const [rows, columns] = [interpolationMatrix(net, like, 0), interpolationMatrix(net, like, 1)]
  const across = graph.node('Transpose', [columns], { perm: [1, 0] })
  return (coarse) => graph.node('MatMul', [rows, graph.node('MatMul', [coarse, across])])
}

/** [pixels, cells] of the tile along an axis (0: down, 1: across): weights that fall off linearly with the distance to a cell. */
function interpolationMatrix(net: NetworkBuilder, like: string, axis: 0 | 1): string {
  const { graph } = net
  const placement = graph.node('Cast', [net.placement()], { to: DATA_TYPE.float })
  const entry = (index: number) => graph.node('Slice', [placement, graph.ints([index]), graph.ints([index + 1])])
  const number = (value: number) => graph.floats([], [value])
  const [origin, frame] = [entry(axis), entry(axis + 2)]
  const pixels = graph.node('Slice', [graph.node('Shape', [like]), graph.ints([axis + 2]), graph.ints([axis + 3])])
  const local = graph.node('Cast', [pixels], { to: DATA_TYPE.float })
  const scalar = (name: string) => graph.node('Squeeze', [name])
  const range = (length: string) => graph.node('Range', [number(0), scalar(length), number(1)])
  const [frameCells, cells] = [cellCount(net, frame), cellCount(net, local)]

  const centre = graph.node('Add', [graph.node('Add', [range(local), origin]), number(0.5)])
  const scaled = graph.node('Div', [graph.node('Mul', [centre, frameCells]), frame])
  const last = (count: string) => scalar(graph.node('Sub', [count, number(1)]))
  const inFrame = graph.node('Clip', [graph.node('Sub', [scaled, number(0.5)]), number(0), last(frameCells)])
  const inTile = graph.node('Sub', [inFrame, graph.node('Div', [origin, number(CELL)])])
  const position = graph.node('Unsqueeze', [graph.node('Clip', [inTile, number(0), last(cells)]), graph.ints([1])])
  const distance = graph.node('Abs', [graph.node('Sub', [position, range(cells)])])
  return graph.node('Relu', [graph.node('Sub', [number(1), distance])])
}

/** Cells of the coarse map along `length` pixels: a 3-wide convolution every 2, then a 7-wide maximum every 3, neither padded. */
function cellCount(net: NetworkBuilder, length: string): string {
  const { graph } = net
  const windows = (size: string, width: number, stride: number) => {
    const steps = graph.node('Div', [graph.node('Sub', [size, graph.floats([], [width])]), graph.floats([], [stride])])
    return graph.node('Add', [graph.node('Floor', [steps]), graph.floats([], [1])])
  }
  return windows(windows(length, 3, 2), 7, 3)
}
