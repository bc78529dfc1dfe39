import { plainOnnx } from './plain-onnx.ts'

/** Compact Real-ESRGAN networks (SRVGG): RGB in [0,1], one 3×3 convolution of radius 1 after another. */
const facts = {
  architecture: 'SRVGGNetCompact',
  licence: 'BSD-3-Clause',
  scale: 4,
  verified: false,
} as const
const source = 'https://github.com/xinntao/Real-ESRGAN/releases, exported to ONNX'

export const realesrGeneralX4v3 = plainOnnx({
  ...facts,
  name: 'realesr-general-x4v3',
  overlap: 34,
  weights: {
    file: 'realesr-general-x4v3.onnx',
    sha256: '130992c3b3dc0164a9f4acf4a69d4dd139ab890471845f3643b65bba7180789f',
    source,
  },
})

export const realesrAnimevideoV3 = plainOnnx({
  ...facts,
  name: 'realesr-animevideov3',
  overlap: 18,
  weights: {
    file: 'realesr-animevideov3.onnx',
    sha256: 'f7b1285b025ff10635909ccf351e8bb7c9295d5f68e7f963090fff468f2315fe',
    source,
  },
})
