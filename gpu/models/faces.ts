import { readStateDict } from '#gpu/pth/read-state-dict.ts'
import { buildGfpgan, type FaceNetwork } from './families/gfpgan.ts'
import { loadWeights, type WeightsFile } from './weights.ts'

interface FaceModel {
  readonly name: string
  readonly licence: string
  readonly file: WeightsFile
}

/** YuNet (Wu et al., 2023): finds faces of ten pixels and more, with five landmarks. */
export const YUNET: FaceModel = {
  name: 'yunet',
  licence: 'BSD-3-Clause',
  file: {
    file: 'yunet_n_320_320.onnx',
    sha256: '49c63a3a29ec710e69c5415a4ec1e61ae71dfeb4821f5f2e8278f0d58ce7bbb8',
    source: 'https://github.com/ShiqiYu/libfacedetection.train/raw/master/onnx/yunet_n_320_320.onnx',
  },
}

export const GFPGAN: FaceModel = {
  name: 'GFPGAN',
  licence: 'Apache-2.0; its notice names parts of others that are for research alone',
  file: {
    file: 'GFPGANv1.4.pth',
    sha256: 'e2cd4703ab14f4d01fd1383a8a8b266f9a5833dacee8e6a79d3bf21a1b6be5ad',
    source: 'https://github.com/TencentARC/GFPGAN/releases/download/v1.3.0/GFPGANv1.4.pth',
  },
}

export interface FaceNetworks {
  readonly detector: Uint8Array
  readonly restorer: FaceNetwork
}

/** Both networks. Throws `missing_weights` or `weights_mismatch`, naming file and command. */
export async function loadFaceNetworks(weightsDir: string): Promise<FaceNetworks> {
  const [detector, checkpoint] = await Promise.all([
    loadWeights(weightsDir, YUNET.file, YUNET.name),
    loadWeights(weightsDir, GFPGAN.file, GFPGAN.name),
  ])
  return { detector, restorer: buildGfpgan(readStateDict(checkpoint)) }
}
