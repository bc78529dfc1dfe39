import { z } from 'zod'
import { Quality, VideoCodec } from '#lib/contracts/media.ts'
import type { TaskContract } from './task-contract.ts'

/** Models a user can pick; each is a registry entry of the worker. */
export const UPSCALE_MODELS = [
  'reelsr-fast',
  'reelsr-std',
  'realesr-general-x4v3',
  'realesr-animevideov3',
  'RealESRGAN_x4plus',
  'RealESRGAN_x2plus',
  'ESRGAN_4x',
  'SwinIR_4x_GAN',
  'rlfn_x2',
  'rlfn_x4',
] as const
export type UpscaleModelName = (typeof UPSCALE_MODELS)[number]

/** What `face_enhance` needs. */
export const FACE_MODEL = 'GFPGAN'

export const UpscaleParams = z.strictObject({
  model: z.enum(UPSCALE_MODELS).default('reelsr-std'),
  scale: z.union([z.literal(2), z.literal(4)]).default(4),
  /** 0 keeps grain (clean sources), 0.5 suits H.264 at crf 23–28, 1 heavy compression. */
  denoise_strength: z.number().min(0).max(1).default(0.5),
  /** Finds faces and rebuilds them with a network trained on faces. */
  face_enhance: z.boolean().default(false),
  /** 0 leaves flicker and noise alone, 1 steadies what does not move as far as can be done without trails. */
  deflicker: z.number().min(0).max(1).default(0),
  /** Sources of more than 8 bits a sample keep 10 in hevc and av1; h264 has 8. */
  codec: VideoCodec.default('h264'),
  quality: Quality.default('high'),
  /** Output is scaled down to at most this many displayed lines; even. */
  max_height: z.number().int().min(144).max(4320).multipleOf(2).optional(),
})
export type UpscaleParams = z.infer<typeof UpscaleParams>

export const upscaleContract = {
  name: 'upscale',
  label: 'Upscale',
  summary: 'Rebuilds detail and doubles or quadruples the resolution.',
  params: UpscaleParams,
  result: z.null(),
  outputs: ['video'],
  segmentable: true,
  overlapS: 0,
  limits: { maxDurationS: 2 * 60 * 60, maxInputPixels: 3840 * 2160, maxOutputPixels: 7680 * 4320 },
} as const satisfies TaskContract
