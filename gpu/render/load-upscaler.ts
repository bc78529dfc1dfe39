import { UPSCALERS } from '#gpu/models/index.ts'
import type { LoadedNetwork, UpscaleModelName } from '#gpu/models/registry.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { RenderRequest } from './render-request.ts'

/** Footage that was compressed by a camera: what this strength is for. */
const DENOISE_STRENGTH = 0.5

export interface LoadedUpscaler {
  readonly name: UpscaleModelName
  readonly network: LoadedNetwork
  /** Pixels around a tile that its result depends on. */
  readonly radius: number
}

/** @throws AppError `missing_weights`, or `invalid_request` for a scale the model does not reach. */
export async function loadUpscaler(
  { model, scale }: NonNullable<RenderRequest['upscale']>,
  weightsDir: string,
): Promise<LoadedUpscaler> {
  const { load, overlap } = UPSCALERS[model]
  const network = await load({ scale, denoiseStrength: DENOISE_STRENGTH, weightsDir })
  if (network.scale < scale) {
    throw new AppError('invalid_request', `${model} enlarges by ${network.scale} only.`, {
      field: 'params.upscale_scale',
    })
  }
  return { name: model, network, radius: overlap }
}
