import { blendModels } from '#gpu/onnx/blend.ts'
import type { UpscaleModel } from './registry.ts'
import { loadWeights, sha256Of } from './weights.ts'

/** Ships with the worker, see reelsr/MODEL_CARD.md. */
const FOLDER = decodeURIComponent(new URL('./reelsr/', import.meta.url).pathname)
const SOURCE = 'the repository, gpu/models/reelsr'

const SHA256 = {
  'reelsr-fast-x2-clean.onnx': '96d24b4df362503eca0f6703f40b76771b4bd7bdbb4487a2bcce5e373f2b44be',
  'reelsr-fast-x2-denoise.onnx': '7b84f9ea161d9df9ac2f1388ac1492e09ed1261826e7832f334b092df90aecfe',
  'reelsr-fast-x4-clean.onnx': '8ea5dca7eaaf82038ae5706b9e87d62725174a40577a88223746121824174105',
  'reelsr-fast-x4-denoise.onnx': 'c4e4d00ec79ffe27f65d1dc99df38bd9ab12940ffa609e9f5b02614b7ab94f29',
  'reelsr-std-x2-clean.onnx': '3ded169e6ca5b6a8842a09a51a9c672d039f1f2be86a4a3eaeab5468514ae997',
  'reelsr-std-x2-denoise.onnx': 'c1e35f126bc6c9fd42478366d221064575f2efa8afa5134bb292d11849b348ba',
  'reelsr-std-x4-clean.onnx': '7e484686c7a701bbb92705ed50a4c010f1f2820ec98d0e6839fe9683e1eda805',
  'reelsr-std-x4-denoise.onnx': 'c2ca6aa7266202fa53c6d8c9457f3394d46f13c34ad1f7ac62c3da632d4d822a',
} as const

/**
 * Our own small networks: two sizes, two scales, and for each a clean and a denoising weight set. `denoise_strength`
 * interpolates between the two.
 */
function reelsr(size: 'fast' | 'std', overlap: number): UpscaleModel {
  return {
    name: `reelsr-${size}`,
    architecture: 'plain convolutions with leaky ReLU, pixel shuffle, nearest skip',
    nativeScales: [2, 4],
    licence: 'part of this product',
    source: SOURCE,
    files: [],
    overlap,
    memoryMibPerMegapixel: 1600,
    evidence: 'official',
    async load({ scale, denoiseStrength }) {
      const read = (kind: 'clean' | 'denoise') => {
        const file = `reelsr-${size}-x${scale}-${kind}.onnx` as const
        return loadWeights(FOLDER, { file, sha256: SHA256[file], source: SOURCE })
      }
      const [clean, denoise] = await Promise.all([read('clean'), read('denoise')])
      const bytes = blendModels(clean, denoise, denoiseStrength)
      return { bytes, scale, sha256: sha256Of(bytes) }
    },
  }
}

export const reelsrFast = reelsr('fast', 7)
export const reelsrStd = reelsr('std', 10)
