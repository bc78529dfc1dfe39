import type { FrameLayout } from '#gpu/media/frames.ts'
import type { YuvColour } from '#gpu/onnx/yuv-graph.ts'
import type { Tensor, TensorFacts } from './tensor.ts'

export const PROVIDERS = ['cuda', 'webgpu', 'cpu'] as const
export type Provider = (typeof PROVIDERS)[number]

export interface NetworkPlan {
  /** RGB network, one input and one output. */
  readonly network: Uint8Array
  readonly scale: number
  /** Pixels around a tile that its result depends on. */
  readonly radius: number
  /** Tiles start at multiples of this; 1 when absent. */
  readonly tileStep?: number
  readonly colour: YuvColour
  /** Fixed batch of frames; a shorter last batch is run padded. */
  readonly layout: FrameLayout
  /** Largest tile the device should see at once, in input pixels. */
  readonly maxTilePixels: number
}

/** A network bound to a device and to one batch shape. */
export interface VideoNetwork {
  readonly device: string
  readonly output: FrameLayout
  /**
   * Turns `frames` frames of `input` into as many of `output` (buffers as in media/frames.ts). Both are transferred and come
   * back. Calls are served one after another.
   */
  run(
    input: ArrayBuffer,
    output: ArrayBuffer,
    frames: number,
  ): Promise<{ readonly input: ArrayBuffer; readonly output: ArrayBuffer }>
  /** Stops at once: a run in progress is rejected. */
  close(): Promise<void>
}

export interface ModelRequest {
  /** Any ONNX graph. */
  readonly bytes: Uint8Array
  /** Values of symbolic dimensions by name. Fix them all: a GPU searches for algorithms once per new shape. */
  readonly freeDimensions?: Readonly<Record<string, number>>
}

/** An ONNX graph bound to a device, with tensors by name. */
export interface ModelSession {
  readonly device: Provider
  readonly inputs: readonly TensorFacts[]
  readonly outputs: readonly TensorFacts[]
  /**
   * Runs the graph once; answers the outputs in `outputs`, all when absent. The inputs' buffers are transferred: they are
   * gone for the caller. Calls are served one after another. An aborted signal rejects this and every other open call with its
   * reason at once; the session can be used on.
   */
  run(
    inputs: Readonly<Record<string, Tensor>>,
    options?: { readonly outputs?: readonly string[]; readonly signal?: AbortSignal },
  ): Promise<Record<string, Tensor>>
  /** Stops at once: a run in progress is rejected. May be called again. */
  close(): Promise<void>
}

export interface InferenceBackend {
  /** Where networks will run, after the self-test. */
  readonly provider: Provider
  open(plan: NetworkPlan): Promise<VideoNetwork>
  /** Throws when the graph is malformed or cannot be run here. */
  openModel(request: ModelRequest): Promise<ModelSession>
  /** Lets go of networks kept for the next job. Those in use stay. */
  close(): Promise<void>
}
