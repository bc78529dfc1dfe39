import type { StateDict } from '#gpu/pth/read-state-dict.ts'

export interface BuiltNetwork {
  readonly architecture: string
  /** Sizes of this one, for people: "64 features, 23 blocks". */
  readonly variant: string
  /** What it multiplies sizes by. */
  readonly scale: number
  readonly parameters: number
  /** RGB in [0,1], float NCHW, one input and one output, any size, not clamped. */
  readonly onnx: Uint8Array
  /** Input pixels to each side that a pixel of the result can depend on. */
  readonly receptiveRadius: number
  /** Tiles give the untiled result only where they start at multiples of this. */
  readonly tileStep: number
}

export interface BuildOptions {
  /**
   * For tiles: where the result depends on where in the frame a pixel lies, the network gets an input that says so, and tiles
   * give the untiled result. Without it every network has one input.
   */
  readonly placed?: boolean
}

/** Networks of one architecture, recognised by the names and shapes of their parameters. */
export interface NetworkFamily {
  readonly architecture: string
  matches(state: StateDict): boolean
  /** Throws `weights_mismatch` when the parameters do not fit after all. */
  build(state: StateDict, options?: BuildOptions): BuiltNetwork
}
