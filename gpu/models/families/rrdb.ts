import { damaged } from '#gpu/pth/damaged.ts'
import type { StateDict, Tensor } from '#gpu/pth/read-state-dict.ts'
import type { NetworkFamily } from './family.ts'
import { NetworkBuilder } from './network-builder.ts'

/** Slope of every LeakyReLU, and what each residual is scaled by. */
const SLOPE = 0.2
const RESIDUAL_SCALE = 0.2

/** The names of BasicSR for those of the first ESRGAN code (2018) and of its rewrite (2019). */
const RENAMED: readonly (readonly [RegExp, string])[] = [
  [/^RRDB_trunk\.(\d+)\.RDB([123])\.conv([1-5])\./, 'body.$1.rdb$2.conv$3.'],
  [/^trunk_conv\./, 'conv_body.'],
  [/^upconv(\d)\./, 'conv_up$1.'],
  [/^HRconv\./, 'conv_hr.'],
  [/^model\.1\.sub\.(\d+)\.RDB([123])\.conv([1-5])\.0\./, 'body.$1.rdb$2.conv$3.'],
  [/^model\.1\.sub\.\d+\./, 'conv_body.'],
  [/^model\.0\./, 'conv_first.'],
]

/**
 * RRDBNet (Wang et al., ESRGAN, 2018): residual-in-residual dense blocks, then nearest-neighbour doubling with convolutions. A network for
 * ×2 sees four pixels as one of twelve channels first (pixel unshuffle), and one for ×1 sixteen.
 */
export const rrdb: NetworkFamily = {
  architecture: 'RRDBNet',
  matches: (state) => hasName(state, /^(body\.0\.rdb1|RRDB_trunk\.0\.RDB1|model\.1\.sub\.0\.RDB1)\.conv1\./),
  build(state) {
    const net = new NetworkBuilder(withCurrentNames(state))
    const unshuffle = Math.sqrt(net.length('conv_first.weight', 1) / 3)
    if (![1, 2, 4].includes(unshuffle)) throw damaged('its first convolution takes no RGB')
    const [blocks, doublings] = [countOf(net, (index) => `body.${index}.rdb1.conv1.weight`), countUps(net)]
    const first = net.conv(unshuffled(net, unshuffle), 'conv_first', {
      arrange: (values, dims) => unshuffledOrder(values, dims, unshuffle),
    })
    let x = first
    for (let block = 0; block < blocks; block++) x = residualInResidual(net, x, `body.${block}`)
    x = net.graph.node('Add', [first, net.conv(x, 'conv_body')])
    for (let up = 1; up <= doublings; up++) x = net.leakyRelu(net.conv(net.nearest(x, 2), `conv_up${up}`), SLOPE)
    x = net.conv(net.leakyRelu(net.conv(x, 'conv_hr'), SLOPE), 'conv_last')
    const scale = 2 ** doublings / unshuffle
    if (unshuffle > 1) x = net.cropTo(x, net.input, scale)
    return {
      ...net.finish(x),
      architecture: this.architecture,
      variant: `${net.length('conv_first.weight', 0)} features, ${blocks} blocks`,
      scale,
      // The last convolutions look at enlarged pixels, together no more than two of the small ones.
      receptiveRadius: unshuffle * (15 * blocks + 4),
      tileStep: unshuffle,
    }
  },
}

function hasName(state: StateDict, pattern: RegExp): boolean {
  for (const name of state.keys()) if (pattern.test(name)) return true
  return false
}

function withCurrentNames(state: StateDict): StateDict {
  const named = new Map<string, Tensor>()
  // In the oldest code the tail is numbered: doublings at 3, 6, …, then two more convolutions.
  const tail = [...new Set([...state.keys()].flatMap((name) => /^model\.(\d+)\.weight$/.exec(name)?.[1] ?? []))]
    .map(Number)
    .filter((index) => index > 1)
    .sort((a, b) => a - b)
  const tailNames = tail.map((_, at) => {
    if (at === tail.length - 1) return 'conv_last'
    return at === tail.length - 2 ? 'conv_hr' : `conv_up${at + 1}`
  })
  for (const [name, tensor] of state) {
    const numbered = /^model\.(\d+)\.(weight|bias)$/.exec(name)
    const place = numbered ? tail.indexOf(Number(numbered[1])) : -1
    const rule = RENAMED.find(([pattern]) => pattern.test(name))
    if (place >= 0) named.set(`${tailNames[place]}.${numbered?.[2]}`, tensor)
    else named.set(rule ? name.replace(rule[0], rule[1]) : name, tensor)
  }
  return named
}

function countOf(net: NetworkBuilder, name: (index: number) => string): number {
  let count = 0
  while (net.has(name(count))) count += 1
  return count
}

const countUps = (net: NetworkBuilder): number => countOf(net, (index) => `conv_up${index + 1}.weight`)

function unshuffled(net: NetworkBuilder, by: number): string {
  if (by === 1) return net.input
  return net.graph.node('SpaceToDepth', [net.padToMultiple(net.input, by)], { blocksize: by })
}

/**
 * PyTorch's pixel unshuffle keeps a colour's pixels together, ONNX's SpaceToDepth a pixel's colours: the kernel's input channels
 * are put in the latter's order.
 */
function unshuffledOrder(values: Float32Array, dims: readonly number[], by: number): Float32Array {
  if (by === 1) return values
  const [, channels = 0, height = 0, width = 0] = dims
  const [kernel, pixels] = [height * width, by * by]
  const ordered = new Float32Array(values.length)
  for (let start = 0; start < values.length; start += channels * kernel) {
    for (let channel = 0; channel < channels; channel++) {
      const [pixel, colour] = [Math.floor(channel / 3), channel % 3]
      const from = start + (colour * pixels + pixel) * kernel
      ordered.set(values.subarray(from, from + kernel), start + channel * kernel)
    }
  }
  return ordered
}

function residualInResidual(net: NetworkBuilder, x: string, key: string): string {
  let y = x
  for (const dense of [1, 2, 3]) y = denseBlock(net, y, `${key}.rdb${dense}`)
  return scaledSum(net, y, x)
}

/** Five convolutions, each of which sees what all before it made. */
function denseBlock(net: NetworkBuilder, x: string, key: string): string {
  const seen = [x]
  for (const index of [1, 2, 3, 4]) {
    const all = seen.length === 1 ? x : net.graph.node('Concat', seen, { axis: 1 })
    seen.push(net.leakyRelu(net.conv(all, `${key}.conv${index}`), SLOPE))
  }
  return scaledSum(net, net.conv(net.graph.node('Concat', seen, { axis: 1 }), `${key}.conv5`), x)
}

function scaledSum(net: NetworkBuilder, residual: string, x: string): string {
  const scaled = net.graph.node('Mul', [residual, net.graph.floats([], [RESIDUAL_SCALE])])
  return net.graph.node('Add', [scaled, x])
}
