import type { UPSCALE_MODELS } from '#lib/contracts/tasks/upscale.ts'

export type UpscaleModelName = (typeof UPSCALE_MODELS)[number]

export interface LoadRequest {
  /** Scale the user asked for. */
  readonly scale: 2 | 4
  readonly denoiseStrength: number
  /** Folder of files that do not ship with the worker. */
  readonly weightsDir: string
}

/** A network ready to run: RGB in [0,1], float NCHW, one input and one output, any size. */
export interface LoadedNetwork {
  readonly bytes: Uint8Array
  /** What it multiplies sizes by; may be more than was asked for, then the result is scaled down. */
  readonly scale: number
  readonly sha256: string
}

export interface UpscaleModel {
  readonly name: UpscaleModelName
  readonly architecture: string
  readonly nativeScales: readonly (2 | 4)[]
  readonly licence: string
  readonly source: string
  /** Low-resolution pixels around a tile that its result depends on. */
  readonly overlap: number
  /** Compared numerically with its reference. */
  readonly verified: boolean
  load(request: LoadRequest): Promise<LoadedNetwork>
}
