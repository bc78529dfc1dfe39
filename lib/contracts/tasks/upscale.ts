import { z } from 'zod'
import { Quality, VideoCodec } from '#lib/contracts/media.ts'
import type { TaskContract } from './task-contract.ts'

/** Models a user can pick; each is a registry entry of the worker. */
export const UPSCALE_MODELS = [
  'reelsr-fast',
  'reelsr-std',
  'realesr-general-x4v3',
  'realesr-animevideov3',
  'rlfn_x2',
  'rlfn_x4',
] as const

export const UpscaleParams = z.strictObject({
  model: z.enum(UPSCALE_MODELS).default('reelsr-std'),
  scale: z.union([z.literal(2), z.literal(4)]).default(4),
  /** 0 keeps grain (clean sources), 0.5 suits H.264 at crf 23–28, 1 heavy compression. */
  denoise_strength: z.number().min(0).max(1).default(0.5),
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
