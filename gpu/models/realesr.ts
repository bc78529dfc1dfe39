import { checkpointModel } from './checkpoint-model.ts'

/** Checksums as many users of these releases publish them, all the same. */
const RELEASES = 'https://github.com/xinntao/Real-ESRGAN/releases/download'
const EXPORT = `${RELEASES}, exported to ONNX`

/** Compact Real-ESRGAN networks (Wang et al., 2021): 3×3 convolutions of radius 1 one after another. */
const compact = { architecture: 'SRVGGNetCompact', licence: 'BSD-3-Clause', scale: 4, evidence: 'official' } as const

export const realesrGeneralX4v3 = checkpointModel({
  ...compact,
  name: 'realesr-general-x4v3',
  overlap: 34,
  memoryMibPerMegapixel: 1600,
  checkpoint: {
    file: 'realesr-general-x4v3.pth',
    sha256: '8dc7edb9ac80ccdc30c3a5dca6616509367f05fbc184ad95b731f05bece96292',
    source: `${RELEASES}/v0.2.5.0/realesr-general-x4v3.pth`,
  },
  weaker: {
    file: 'realesr-general-wdn-x4v3.pth',
    sha256: '1641f8c4464b9f097c9fdda5589273713f67cf59f3d909e0bd688f0cee269dca',
    source: `${RELEASES}/v0.2.5.0/realesr-general-wdn-x4v3.pth`,
  },
  exported: {
    file: 'realesr-general-x4v3.onnx',
    sha256: '130992c3b3dc0164a9f4acf4a69d4dd139ab890471845f3643b65bba7180789f',
    source: EXPORT,
  },
})

export const realesrAnimevideoV3 = checkpointModel({
  ...compact,
  name: 'realesr-animevideov3',
  overlap: 18,
  memoryMibPerMegapixel: 1600,
  checkpoint: {
    file: 'realesr-animevideov3.pth',
    sha256: 'b8a8376811077954d82ca3fcf476f1ac3da3e8a68a4f4d71363008000a18b75d',
    source: `${RELEASES}/v0.2.5.0/realesr-animevideov3.pth`,
  },
  exported: {
    file: 'realesr-animevideov3.onnx',
    sha256: 'f7b1285b025ff10635909ccf351e8bb7c9295d5f68e7f963090fff468f2315fe',
    source: EXPORT,
  },
})

/**
 * The large networks (ESRGAN, 2018; Real-ESRGAN, 2021) reach 349 pixels far on paper, through residuals scaled by 0.2 several times over. What
 * lies further than 24 changes nothing measurable with random weights; the authors' own tiles overlap by 10.
 */
const rrdb = { architecture: 'RRDBNet', licence: 'BSD-3-Clause', evidence: 'equivalent' } as const

export const realEsrganX4plus = checkpointModel({
  ...rrdb,
  name: 'RealESRGAN_x4plus',
  scale: 4,
  overlap: 48,
  memoryMibPerMegapixel: 24_000,
  checkpoint: {
    file: 'RealESRGAN_x4plus.pth',
    sha256: '4fa0d38905f75ac06eb49a7951b426670021be3018265fd191d2125df9d682f1',
    source: `${RELEASES}/v0.1.0/RealESRGAN_x4plus.pth`,
  },
})

export const realEsrganX2plus = checkpointModel({
  ...rrdb,
  name: 'RealESRGAN_x2plus',
  scale: 2,
  // It works at half the input's size.
  overlap: 64,
  tileStep: 2,
  memoryMibPerMegapixel: 5300,
  checkpoint: {
    file: 'RealESRGAN_x2plus.pth',
    sha256: '49fafd45f8fd7aa8d31ab2a22d14d91b536c34494a5cfe31eb5d89c2fa266abb',
    source: `${RELEASES}/v0.2.1/RealESRGAN_x2plus.pth`,
  },
})

export const esrgan4x = checkpointModel({
  ...rrdb,
  name: 'ESRGAN_4x',
  scale: 4,
  overlap: 48,
  memoryMibPerMegapixel: 24_000,
  checkpoint: {
    file: 'ESRGAN_SRx4_DF2KOST_official-ff704c30.pth',
    sha256: 'ff704c30ff560305e48ed1f4db895e525ab6bc81a46fafe80c0094a271c806d9',
    source: `${RELEASES}/v0.1.1/ESRGAN_SRx4_DF2KOST_official-ff704c30.pth`,
  },
})
