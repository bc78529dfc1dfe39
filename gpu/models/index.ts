import { esrgan4x, realEsrganX2plus, realEsrganX4plus, realesrAnimevideoV3, realesrGeneralX4v3 } from './realesr.ts'
import { reelsrFast, reelsrStd } from './reelsr.ts'
import type { UpscaleModel, UpscaleModelName } from './registry.ts'
import { rlfnX2, rlfnX4 } from './rlfn.ts'
import { swinir4xGan } from './swinir.ts'

/** Every upscaling network by the name the contract gives it. Adding one = one file and one line. */
export const UPSCALERS = {
  'reelsr-fast': reelsrFast,
  'reelsr-std': reelsrStd,
  'realesr-general-x4v3': realesrGeneralX4v3,
  'realesr-animevideov3': realesrAnimevideoV3,
  RealESRGAN_x4plus: realEsrganX4plus,
  RealESRGAN_x2plus: realEsrganX2plus,
  ESRGAN_4x: esrgan4x,
  SwinIR_4x_GAN: swinir4xGan,
  rlfn_x2: rlfnX2,
  rlfn_x4: rlfnX4,
} as const satisfies Record<UpscaleModelName, UpscaleModel>
