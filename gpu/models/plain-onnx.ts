import type { LoadedNetwork, LoadRequest, UpscaleModel } from './registry.ts'
import { loadWeights, type WeightsFile } from './weights.ts'

/** A network of one scale that is one ONNX file; `denoise_strength` has no second weight set to blend with and changes nothing. */
export function plainOnnx(
  entry: Omit<UpscaleModel, 'load' | 'nativeScales' | 'source'> & {
    readonly scale: 2 | 4
    readonly weights: WeightsFile
  },
): UpscaleModel {
  const { scale, weights, ...facts } = entry
  return {
    ...facts,
    source: weights.source,
    nativeScales: [scale],
    async load({ weightsDir }: LoadRequest): Promise<LoadedNetwork> {
      return { bytes: await loadWeights(weightsDir, weights), scale, sha256: weights.sha256 }
    },
  }
}
