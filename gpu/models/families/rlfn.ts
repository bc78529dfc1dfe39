import { damaged } from '#gpu/pth/damaged.ts'
import type { NetworkFamily } from './family.ts'
import { NetworkBuilder } from './network-builder.ts'

const SLOPE = 0.05
const RANGE = 255

/**
 * Residual local feature network (Kong et al., 2022; github.com/bytedance/RLFN): blocks of three convolutions and enhanced spatial attention, on
 * colours of 0–255.
 */
export const rlfn: NetworkFamily = {
  architecture: 'RLFN',
  matches: (state) => state.has('conv_1.weight') && state.has('block_1.esa.conv_f.weight'),
  build(state) {
    const net = new NetworkBuilder(state)
    const { graph } = net
    const scale = Math.sqrt(net.length('upsampler.0.weight', 0) / 3)
    if (!Number.isInteger(scale)) throw damaged('its last convolution fits no scale')
    const first = net.conv(graph.node('Mul', [net.input, graph.floats([], [RANGE])]), 'conv_1')
    let x = first
    let blocks = 0
    while (net.has(`block_${blocks + 1}.c1_r.weight`)) {
      blocks += 1
      x = localFeatures(net, x, `block_${blocks}`)
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
      tileStep: 6,
    }
  },
}

function localFeatures(net: NetworkBuilder, x: string, key: string): string {
  let y = x
  for (const name of ['c1_r', 'c2_r', 'c3_r']) y = net.leakyRelu(net.conv(y, `${key}.${name}`), SLOPE)
  return spatialAttention(net, net.conv(net.graph.node('Add', [y, x]), `${key}.c5`), `${key}.esa`)
}

/** Every pixel is weighted by a map made at a sixth of the size. */
function spatialAttention(net: NetworkBuilder, x: string, key: string): string {
  const { graph } = net
  const narrow = net.conv(x, `${key}.conv1`)
  const strided = net.conv(narrow, `${key}.conv2`, { stride: 2, padding: 0 })
  const pooled = graph.node('MaxPool', [strided], { kernel_shape: [7, 7], strides: [3, 3] })
  const coarse = net.conv(pooled, `${key}.conv3`)
  const leading = graph.node('Slice', [graph.node('Shape', [coarse]), graph.ints([0]), graph.ints([2])])
  const size = graph.node('Slice', [graph.node('Shape', [x]), graph.ints([2]), graph.ints([4])])
  const sizes = graph.node('Concat', [leading, size], { axis: 0 })
  const enlarged = graph.node('Resize', [coarse, '', '', sizes], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  })
  const sum = graph.node('Add', [enlarged, net.conv(narrow, `${key}.conv_f`)])
  return graph.node('Mul', [x, graph.node('Sigmoid', [net.conv(sum, `${key}.conv4`)])])
}
