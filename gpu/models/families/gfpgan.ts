import { damaged } from '#gpu/pth/damaged.ts'
import type { StateDict } from '#gpu/pth/read-state-dict.ts'
import { NetworkBuilder } from './network-builder.ts'

const SLOPE = 0.2
const EPSILON = 1e-8
const DECODER = 'stylegan_decoder'

export interface FaceNetwork {
  /** Side of the square picture it takes and gives: 512. */
  readonly size: number
  readonly parameters: number
  /** `input` to `output`: RGB in [-1,1], float [n,3,size,size]. */
  readonly onnx: Uint8Array
}

/**
 * GFPGAN in its "clean" form, versions 1.2 to 1.4 (Wang et al., 2021): a U-Net finds what the face shows and a StyleGAN2 decoder paints
 * it, half of whose channels are scaled and shifted by the U-Net's at every size. The noise that StyleGAN adds is the stored one, so that
 * the same face always comes out the same. Throws `weights_mismatch`.
 */
export function buildGfpgan(state: StateDict): FaceNetwork {
  const net = new NetworkBuilder(state)
  // The mapping network and the U-Net's own pictures served training alone.
  net.ignore(/^(stylegan_decoder\.style_mlp|toRGB)\./)
  let steps = 0
  while (net.has(`conv_body_down.${steps}.conv1.weight`)) steps += 1
  if (steps === 0) throw damaged('it is no GFPGAN of the clean form')
  const { styles, conditions } = encoder(net, steps)
  return { ...net.finish(decoder(net, styles, conditions)), size: 2 ** (steps + 2) }
}

/** What scales and what shifts a decoder's channels at one size. */
interface Condition {
  readonly scale: string
  readonly shift: string
}

/** The U-Net: down to 4×4, from where the style codes come, and up again with a condition at each size. */
function encoder(net: NetworkBuilder, steps: number): { styles: (index: number) => string; conditions: Condition[] } {
  const { graph } = net
  let x = net.leakyRelu(net.conv(net.input, 'conv_body_first'), SLOPE)
  const skips: string[] = []
  for (let step = 0; step < steps; step++) {
    x = residual(net, x, `conv_body_down.${step}`, 0.5)
    skips.unshift(x)
  }
  x = net.leakyRelu(net.conv(x, 'final_conv'), SLOPE)
  const codes = linear(net, graph.node('Flatten', [x]), 'final_linear')
  const length = net.length(`${DECODER}.style_conv1.modulated_conv.modulation.weight`, 1)
  const apart = graph.node('Reshape', [codes, graph.ints([-1, 2 * steps + 2, length])])
  const styles = (index: number) =>
    graph.node('Squeeze', [graph.node('Gather', [apart, graph.ints([index])], { axis: 1 }), graph.ints([1])])
  const conditions: Condition[] = []
  for (const [step, skip] of skips.entries()) {
    x = residual(net, graph.node('Add', [x, skip]), `conv_body_up.${step}`, 2)
    const branch = (name: string) =>
      net.conv(net.leakyRelu(net.conv(x, `${name}.${step}.0`), SLOPE), `${name}.${step}.2`)
    conditions.push({ scale: branch('condition_scale'), shift: branch('condition_shift') })
  }
  return { styles, conditions }
}

/** Two convolutions with a change of size between, and the input, resized too, added. */
function residual(net: NetworkBuilder, x: string, key: string, factor: number): string {
  const inner = resize(net, net.leakyRelu(net.conv(x, `${key}.conv1`), SLOPE), factor)
  const outer = net.leakyRelu(net.conv(inner, `${key}.conv2`), SLOPE)
  return net.graph.node('Add', [outer, net.conv(resize(net, x, factor), `${key}.skip`)])
}

function resize(net: NetworkBuilder, x: string, factor: number): string {
  return net.graph.node('Resize', [x, '', net.graph.floats([4], [1, 1, factor, factor])], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  })
}

/** `x · Wᵀ + b` of [n, inputs]. */
function linear(net: NetworkBuilder, x: string, key: string): string {
  const dims = net.shape(`${key}.weight`)
  const [outputs] = dims
  const weight = net.graph.weights(`${key}.weight`, dims, net.take(`${key}.weight`, dims))
  const bias = net.graph.weights(`${key}.bias`, [outputs ?? 0], net.take(`${key}.bias`, [outputs ?? 0]))
  return net.graph.node('Gemm', [x, weight, bias], { transB: 1 })
}

/** StyleGAN2's synthesis: from a learned 4×4 constant, doubled step by step, a picture added at each size. */
function decoder(net: NetworkBuilder, styles: (index: number) => string, conditions: readonly Condition[]): string {
  const { graph } = net
  const constant = `${DECODER}.constant_input.weight`
  const dims = net.shape(constant)
  const start = graph.weights(constant, dims, net.take(constant, dims))
  const n = graph.node('Slice', [graph.node('Shape', [net.input]), graph.ints([0]), graph.ints([1])])
  const shape = graph.node('Concat', [n, graph.ints(dims.slice(1))], { axis: 0 })
  let x = styled(net, graph.node('Expand', [start, shape]), styles(0), 'style_conv1', { noise: 0, enlarge: false })
  let picture = toRgb(net, x, styles(1), 'to_rgb1')
  for (const [step, condition] of conditions.entries()) {
    const [even, odd] = [2 * step, 2 * step + 1]
    x = styled(net, x, styles(odd), `style_convs.${even}`, { noise: odd, enlarge: true })
    x = conditioned(net, x, condition, net.length(`${DECODER}.style_convs.${odd}.modulated_conv.weight`, 2))
    x = styled(net, x, styles(odd + 1), `style_convs.${odd}`, { noise: odd + 1, enlarge: false })
    const detail = toRgb(net, x, styles(odd + 2), `to_rgbs.${step}`)
    picture = graph.node('Add', [detail, resize(net, picture, 2)])
  }
  return picture
}

/** The second half of the channels is what the U-Net steers. */
function conditioned(net: NetworkBuilder, x: string, { scale, shift }: Condition, channels: number): string {
  const { graph } = net
  const half = channels / 2
  const part = (from: number, to: number) =>
    graph.node('Slice', [x, graph.ints([from]), graph.ints([to]), graph.ints([1])])
  const steered = graph.node('Add', [graph.node('Mul', [part(half, channels), scale]), shift])
  return graph.node('Concat', [part(0, half), steered], { axis: 1 })
}

/** Modulated convolution, noise, bias, LeakyReLU. */
function styled(
  net: NetworkBuilder,
  x: string,
  style: string,
  name: string,
  { noise, enlarge }: { noise: number; enlarge: boolean },
): string {
  const { graph } = net
  const key = `${DECODER}.${name}`
  const convolved = modulated(net, enlarge ? resize(net, x, 2) : x, style, `${key}.modulated_conv`, Math.SQRT2)
  const noiseName = `${DECODER}.noises.noise${noise}`
  const dims = net.shape(noiseName)
  const [strength = 0] = net.take(`${key}.weight`, [1])
  const scaled = net.take(noiseName, dims).map((value) => value * strength)
  const noisy = graph.node('Add', [convolved, graph.weights(noiseName, dims, scaled)])
  return net.leakyRelu(graph.node('Add', [noisy, biasOf(net, key)]), SLOPE)
}

function toRgb(net: NetworkBuilder, x: string, style: string, name: string): string {
  const key = `${DECODER}.${name}`
  return net.graph.node('Add', [modulated(net, x, style, `${key}.modulated_conv`), biasOf(net, key)])
}

function biasOf(net: NetworkBuilder, key: string): string {
  const dims = net.shape(`${key}.bias`)
  return net.graph.weights(`${key}.bias`, dims, net.take(`${key}.bias`, dims))
}

/**
 * A convolution whose kernel is scaled per input channel by the style and, where a gain is given, normalised per output channel
 * (Karras et al., StyleGAN2, 2020). Scaling input and output instead of the kernel is the same, and serves every face of a batch at once.
 */
function modulated(net: NetworkBuilder, x: string, style: string, key: string, gain?: number): string {
  const { graph } = net
  const dims = net.shape(`${key}.weight`)
  const [, outputs = 0, inputs = 0, kernel = 0] = dims
  const weight = net.take(`${key}.weight`, dims)
  const scale = linear(net, style, `${key}.modulation`)
  const perChannel = (values: string) => graph.node('Unsqueeze', [values, graph.ints([2, 3])])
  const pad = (kernel - 1) / 2
  const kernels = graph.weights(`${key}.weight`, [outputs, inputs, kernel, kernel], weight)
  const convolved = graph.node('Conv', [graph.node('Mul', [x, perChannel(scale)]), kernels], {
    kernel_shape: [kernel, kernel],
    pads: [pad, pad, pad, pad],
  })
  if (gain === undefined) return convolved
  // [inputs, outputs]: each kernel's energy, to be weighted by the squared style.
  const energies = new Float32Array(inputs * outputs)
  const taps = kernel * kernel
  for (let at = 0; at < weight.length; at++) {
    const [output, input] = [Math.floor(at / (taps * inputs)), Math.floor(at / taps) % inputs]
    energies[input * outputs + output] = (energies[input * outputs + output] ?? 0) + (weight[at] ?? 0) ** 2
  }
  const squared = graph.node('Mul', [scale, scale])
  const energy = graph.node('MatMul', [squared, graph.weights(`${key}.energies`, [inputs, outputs], energies)])
  const root = graph.node('Sqrt', [graph.node('Add', [energy, graph.floats([], [EPSILON])])])
  return graph.node('Mul', [convolved, perChannel(graph.node('Div', [graph.floats([], [gain]), root]))])
}
