import { damaged } from '#gpu/pth/damaged.ts'
import type { StateDict } from '#gpu/pth/read-state-dict.ts'
import type { NetworkFamily } from './family.ts'
import { NetworkBuilder } from './network-builder.ts'

const BODY = /^body\.(\d+)\.(weight|bias)$/

/**
 * SRVGGNetCompact (Wang et al., Real-ESRGAN, 2021; the "compact" models): 3×3 convolutions with PReLU in a row, pixel shuffle, and the
 * input's pixels repeated added. Keys: `body.0`, `body.1` (slopes), `body.2`, …, the last convolution without slopes.
 */
export const srvgg: NetworkFamily = {
  architecture: 'SRVGGNetCompact',
  matches: (state) => state.size > 2 && [...state.keys()].every((name) => BODY.test(name)),
  build(state) {
    const net = new NetworkBuilder(state)
    const last = Math.max(...[...state.keys()].map((name) => Number(BODY.exec(name)?.[1])))
    const features = net.length('body.0.weight', 0)
    let x = net.input
    for (let index = 0; index < last; index += 2) {
      x = net.conv(x, `body.${index}`)
      x = parametricRelu(net, x, `body.${index + 1}.weight`, features)
    }
    const scale = Math.sqrt(net.length(`body.${last}.weight`, 0) / 3)
    if (!Number.isInteger(scale)) throw damaged('its last convolution fits no scale')
    const enlarged = net.pixelShuffle(net.conv(x, `body.${last}`), scale)
    const built = net.finish(net.graph.node('Add', [enlarged, net.nearest(net.input, scale)]))
    const convolutions = last / 2 + 1
    return {
      ...built,
      architecture: this.architecture,
      variant: `${features} features, ${convolutions} convolutions`,
      scale,
      receptiveRadius: convolutions,
      tileStep: 1,
    }
  },
}

/** One slope per channel. Where all are equal it is a LeakyReLU, which ONNX Runtime merges into the convolution before it. */
function parametricRelu(net: NetworkBuilder, x: string, name: string, channels: number): string {
  const slopes = net.take(name, [channels])
  const [first = 0] = slopes
  if (slopes.every((slope) => slope === first)) return net.leakyRelu(x, first)
  return net.graph.node('PRelu', [x, net.graph.weights(name, [channels, 1, 1], slopes)])
}

/** `(1 − amount) · first + amount · second` of two weight sets of one architecture, by name. Throws when they do not fit. */
export function blendStates(first: StateDict, second: StateDict, amount: number): StateDict {
  if (first.size !== second.size) throw damaged('the two weight sets are not of one architecture')
  return new Map(
    [...first].map(([name, tensor]) => {
      const partner = second.get(name)
      if (partner === undefined || partner.shape.join() !== tensor.shape.join()) {
        throw damaged(`"${name}" is not in both weight sets with one shape`)
      }
      const values = () => {
        const other = partner.values()
        return tensor.values().map((value, index) => (1 - amount) * value + amount * (other[index] ?? Number.NaN))
      }
      return [name, { shape: tensor.shape, values }]
    }),
  )
}
