import { checkpointModel } from './checkpoint-model.ts'

/** SwinIR large for real-world pictures, trained with a GAN (Liang et al., 2021). Its windows of 8 must not be cut. */
export const swinir4xGan = checkpointModel({
  name: 'SwinIR_4x_GAN',
  architecture: 'SwinIR',
  licence: 'Apache-2.0',
  scale: 4,
  // As the authors' own tiles do; on paper 54 blocks of attention reach 248 pixels. With random weights nothing changes beyond 16.
  overlap: 32,
  tileStep: 8,
  memoryMibPerMegapixel: 67_000,
  evidence: 'equivalent',
  checkpoint: {
    file: '003_realSR_BSRGAN_DFOWMFC_s64w8_SwinIR-L_x4_GAN.pth',
    sha256: '99adfa91350a84c99e946c1eb3d8fce34bc28f57d807b09dc8fe40a316328c0a',
    source:
      'https://github.com/JingyunLiang/SwinIR/releases/download/v0.0/003_realSR_BSRGAN_DFOWMFC_s64w8_SwinIR-L_x4_GAN.pth',
  },
})
