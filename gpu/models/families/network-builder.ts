import { GraphBuilder } from '#gpu/onnx/graph-builder.ts'
import { DATA_TYPE, PLACEMENT } from '#gpu/onnx/model.ts'
import { damaged } from '#gpu/pth/damaged.ts'
import type { StateDict } from '#gpu/pth/read-state-dict.ts'

/** LayerNormalization came with 17. */
const OPSET = 17
const IR_VERSION = 8

export interface ConvOptions {
  readonly stride?: number
  /** Zero padding on every side; by default what keeps the size. */
  readonly padding?: number
  /** Changes the stored kernel, e.g. its order of channels. */
  readonly arrange?: (values: Float32Array, dims: readonly number[]) => Float32Array
}

/**
 * Builds an ONNX network of any input size from a state dict, parameter by parameter, under the parameters' own names. Every
 * parameter must be used in the end: a network that only half fits would compute something else without a word.
 */
export class NetworkBuilder {
  readonly graph = new GraphBuilder('net.')
  readonly input = 'input'
  readonly #state: StateDict
  readonly #used = new Set<string>()
  #parameters = 0
  #placed = false

  constructor(state: StateDict) {
    this.#state = state
  }

  has(name: string): boolean {
    return this.#state.has(name)
  }

  shape(name: string): readonly number[] {
    const tensor = this.#state.get(name)
    if (tensor === undefined) throw damaged(`parameter "${name}" is missing`)
    return tensor.shape
  }

  /** One length of a parameter's shape. */
  length(name: string, axis: number): number {
    const length = this.shape(name)[axis]
    if (length === undefined || length === 0) throw damaged(`parameter "${name}" has no axis ${axis}`)
    return length
  }

  /** A parameter's values, which must have this shape. */
  take(name: string, dims: readonly number[]): Float32Array {
    const shape = this.shape(name)
    if (shape.join() !== dims.join()) {
      throw damaged(`parameter "${name}" has shape [${shape.join(', ')}] where [${dims.join(', ')}] is expected`)
    }
    const values = this.#state.get(name)?.values() ?? new Float32Array(0)
    if (!this.#used.has(name)) this.#parameters += values.length
    this.#used.add(name)
    return values
  }

  /** `key.weight` and `key.bias` (where there is one) as a convolution; channels come from the weight's own shape. */
  conv(x: string, key: string, { stride = 1, padding, arrange = (values) => values }: ConvOptions = {}): string {
    const weight = `${key}.weight`
    const dims = this.shape(weight)
    const kernel = this.length(weight, 2)
    if (dims.length !== 4 || dims[3] !== kernel) throw damaged(`parameter "${weight}" is no square kernel`)
    const inputs = [x, this.graph.weights(weight, dims, arrange(this.take(weight, dims), dims))]
    if (this.has(`${key}.bias`)) {
      const channels = [this.length(weight, 0)]
      inputs.push(this.graph.weights(`${key}.bias`, channels, this.take(`${key}.bias`, channels)))
    }
    const pad = padding ?? (kernel - 1) / 2
    return this.graph.node('Conv', inputs, {
      kernel_shape: [kernel, kernel],
      pads: [pad, pad, pad, pad],
      strides: [stride, stride],
    })
  }

  leakyRelu(x: string, slope: number): string {
    return this.graph.node('LeakyRelu', [x], { alpha: { float: slope } })
  }

  /** Repeats every pixel. */
  nearest(x: string, scale: number): string {
    return this.graph.node('Resize', [x, '', this.graph.floats([4], [1, 1, scale, scale])], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    })
  }

  /** PyTorch's order: each output channel's block lies together. */
  pixelShuffle(x: string, scale: number): string {
    return this.graph.node('DepthToSpace', [x], { blocksize: scale, mode: 'CRD' })
  }

  /** Mirrors columns and rows at the right and the bottom until both sizes divide by `multiple`; nothing where they do. */
  padToMultiple(x: string, multiple: number): string {
    const { graph } = this
    const size = graph.node('Slice', [graph.node('Shape', [x]), graph.ints([2]), graph.ints([4])])
    const whole = graph.ints([multiple])
    const missing = graph.node('Mod', [graph.node('Sub', [whole, graph.node('Mod', [size, whole])]), whole])
    const pads = graph.node('Concat', [graph.ints([0, 0, 0, 0, 0, 0]), missing], { axis: 0 })
    return graph.node('Pad', [x, pads], { mode: 'reflect' })
  }

  /** Cuts what the padding of `x` became off the enlarged `y`. */
  cropTo(y: string, x: string, scale: number): string {
    const { graph } = this
    const size = graph.node('Slice', [graph.node('Shape', [x]), graph.ints([2]), graph.ints([4])])
    const ends = graph.node('Mul', [size, graph.ints([scale])])
    return graph.node('Slice', [y, graph.ints([0, 0]), ends, graph.ints([2, 3])])
  }

  /** Where the tile lies: [top, left, height and width of the frame], int64. Declares the input. */
  placement(): string {
    this.#placed = true
    return PLACEMENT
  }

  /** Buffers that training kept beside the parameters and that the graph computes or does not need. */
  ignore(pattern: RegExp): void {
    for (const name of this.#state.keys()) if (pattern.test(name)) this.#used.add(name)
  }

  /** The finished model, whose result is `output`. Throws when a parameter was left over. */
  finish(output: string): { readonly onnx: Uint8Array; readonly parameters: number } {
    const left = [...this.#state.keys()].filter((name) => !this.#used.has(name))
    if (left.length > 0) {
      throw damaged(`its architecture is not quite a known one: nothing uses "${left[0]}" and ${left.length - 1} more`)
    }
    this.graph.node('Identity', [output], {}, 'output')
    this.graph.input(this.input, DATA_TYPE.float, ['n', 3, 'h', 'w'])
    if (this.#placed) this.graph.input(PLACEMENT, DATA_TYPE.int64, [4])
    this.graph.output('output', DATA_TYPE.float, ['n', 3, 'h_out', 'w_out'])
    return { onnx: this.graph.finish(OPSET, IR_VERSION), parameters: this.#parameters }
  }
}
