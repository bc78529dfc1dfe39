import type { UPSCALE_MODELS } from '#lib/contracts/tasks/upscale.ts'
import type { WeightsFile } from './weights.ts'

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

/** How it is known that a network computes what it should. */
export const EVIDENCE = {
  /** Its official weights reach the published quality, or give what the authors' own export gives. */
  official: true,
  /** Weights of the same names and shapes, made by PyTorch, give PyTorch's result within 1e-4. */
  equivalent: true,
  /** Runs; compared with nothing. */
  none: false,
} as const satisfies Record<string, boolean>

export interface UpscaleModel {
  readonly name: UpscaleModelName
  readonly architecture: string
  readonly nativeScales: readonly (2 | 4)[]
  readonly licence: string
  readonly source: string
  /** Files it reads from `WEIGHTS_DIR`; none for what ships with the worker. */
  readonly files: readonly WeightsFile[]
  /**
   * Low-resolution pixels around a tile that its result depends on: the whole receptive radius, or for the deepest networks (hundreds of
   * pixels) more than has any effect.
   */
  readonly overlap: number
  /** Tiles start at multiples of this; 1 when absent. */
  readonly tileStep?: number
  /** Memory it takes to run, per million input pixels (float32 on a CPU, measured). */
  readonly memoryMibPerMegapixel: number
  readonly evidence: keyof typeof EVIDENCE
  load(request: LoadRequest): Promise<LoadedNetwork>
}

/** Compared numerically with its reference; everything else is shown as unverified. */
export const isVerified = ({ evidence }: UpscaleModel): boolean => EVIDENCE[evidence]
