import { damaged } from '#gpu/pth/damaged.ts'
import type { NetworkFamily } from './family.ts'
import { NetworkBuilder } from './network-builder.ts'
import { layerNorm, regionMask, swinBlock, toChannelsFirst, toChannelsLast, type Windows } from './swin-block.ts'

/** Mean colour of DIV2K, which the network works around. */
const MEAN = [0.4488, 0.4371, 0.404]
const SLOPE = 0.2
/** PyTorch's default, in the convolution before the enlargement. */
const DEFAULT_SLOPE = 0.01

/**
 * SwinIR (Liang et al., 2021): shifted-window attention with convolutional residuals. All three ways of enlarging: nearest neighbour with
 * convolutions (real-world GAN models), pixel shuffle (classical) and direct pixel shuffle (lightweight). Sizes that are no multiple of
 * the window are mirrored at the right and bottom inside the graph, as the authors' test code does.
 */
export const swinir: NetworkFamily = {
  architecture: 'SwinIR',
  matches: (state) => state.has('layers.0.residual_group.blocks.0.attn.qkv.weight'),
  build(state) {
    const net = new NetworkBuilder(state)
    net.ignore(/\.(attn_mask|relative_position_index)$/)
    const { graph } = net
    const channels = net.length('conv_first.weight', 0)
    const [entries, heads] = net.shape('layers.0.residual_group.blocks.0.attn.relative_position_bias_table')
    const size = (Math.sqrt(entries ?? 0) + 1) / 2
    if (!Number.isInteger(size) || heads === undefined) throw damaged('its attention has no square windows')
    const windows: Windows = { size, heads, channels }
    const mean = graph.floats([1, 3, 1, 1], MEAN)
    const padded = net.padToMultiple(net.input, size)
    const first = net.conv(graph.node('Sub', [padded, mean]), 'conv_first')
    let x = layerNorm(net, toChannelsLast(net, first), 'patch_embed.norm', channels)
    const mask = regionMask(net, x, size)
    let [layers, depth] = [0, 0]
    while (net.has(`layers.${layers}.residual_group.blocks.0.norm1.weight`)) {
      const made = residualGroup(net, x, `layers.${layers}`, { windows, mask })
      x = made.x
      depth += made.depth
      layers += 1
    }
    x = toChannelsFirst(net, layerNorm(net, x, 'norm', channels))
    x = graph.node('Add', [residualConvs(net, x, 'conv_after_body'), first])
    const { enlarged, scale } = enlarge(net, x)
    return {
      ...net.finish(net.cropTo(graph.node('Add', [enlarged, mean]), net.input, scale)),
      architecture: this.architecture,
      variant: `${channels} channels, ${heads} heads, windows of ${size}, ${layers} groups of ${depth / layers} blocks`,
      scale,
      // Windows alternate by half their size; each group ends in convolutions.
      receptiveRadius: (depth * size) / 2 + size + 2 * layers + 6,
      tileStep: size,
    }
  },
}

/** Blocks with and without shift in turn, convolutions, and the input added. Channels last. */
function residualGroup(
  net: NetworkBuilder,
  x: string,
  key: string,
  attention: { windows: Windows; mask: string },
): { x: string; depth: number } {
  let [y, depth] = [x, 0]
  while (net.has(`${key}.residual_group.blocks.${depth}.norm1.weight`)) {
    y = swinBlock(net, y, `${key}.residual_group.blocks.${depth}`, { ...attention, shifted: depth % 2 === 1 })
    depth += 1
  }
  const convolved = toChannelsLast(net, residualConvs(net, toChannelsFirst(net, y), `${key}.conv`))
  return { x: net.graph.node('Add', [convolved, x]), depth }
}

/** One convolution, or three with a quarter of the channels between (the large model). */
function residualConvs(net: NetworkBuilder, x: string, key: string): string {
  if (net.has(`${key}.weight`)) return net.conv(x, key)
  const narrow = net.leakyRelu(net.conv(x, `${key}.0`), SLOPE)
  return net.conv(net.leakyRelu(net.conv(narrow, `${key}.2`), SLOPE), `${key}.4`)
}

function enlarge(net: NetworkBuilder, x: string): { enlarged: string; scale: number } {
  if (!net.has('conv_before_upsample.0.weight')) {
    const scale = Math.sqrt(net.length('upsample.0.weight', 0) / 3)
    return { enlarged: net.pixelShuffle(net.conv(x, 'upsample.0'), scale), scale }
  }
  let [y, scale] = [net.leakyRelu(net.conv(x, 'conv_before_upsample.0'), DEFAULT_SLOPE), 1]
  if (net.has('conv_up1.weight')) {
    for (let up = 1; net.has(`conv_up${up}.weight`); up++) {
      y = net.leakyRelu(net.conv(net.nearest(y, 2), `conv_up${up}`), SLOPE)
      scale *= 2
    }
    y = net.leakyRelu(net.conv(y, 'conv_hr'), SLOPE)
  } else {
    for (let up = 0; net.has(`upsample.${up}.weight`); up += 2) {
      const step = Math.sqrt(net.length(`upsample.${up}.weight`, 0) / net.length(`upsample.${up}.weight`, 1))
      y = net.pixelShuffle(net.conv(y, `upsample.${up}`), step)
      scale *= step
    }
  }
  return { enlarged: net.conv(y, 'conv_last'), scale }
}
