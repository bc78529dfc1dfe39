import { z } from 'zod'
import { CropKeyframe } from '#lib/contracts/geometry.ts'
import { Quality, VideoCodec } from '#lib/contracts/media.ts'
import type { TaskContract } from './task-contract.ts'

export const AutoCropParams = z.strictObject({
  /** `width:height` of the crop. */
  target_aspect: z
    .string()
    .regex(/^[1-9]\d{0,3}:[1-9]\d{0,3}$/)
    .default('9:16'),
  /** Who to keep in frame: the action as a whole, one track of the tracks file, or the ball. */
  subject: z.union([z.literal('auto'), z.literal('ball'), z.number().int().positive()]).default('auto'),
  /** 0 follows closely, 1 is a slow, calm camera. */
  smoothing: z.number().min(0).max(1).default(0.8),
  /** Room around the subject, as a fraction of its size. */
  padding: z.number().min(0).max(1).default(0.2),
  /** Seconds the camera looks ahead. */
  anticipation: z.number().min(0).max(3).default(0.5),
  /** Crop widths a second. */
  max_pan_speed: z.number().min(0.05).max(10).default(1.5),
  /** The subject may move this far (fraction of the crop's width) before the camera does. */
  dead_zone: z.number().min(0).max(0.5).default(0.08),
  /** False hands back the keyframes alone. */
  render: z.boolean().default(true),
  /** Rendering: absent sizes are the largest of the aspect that 1080×1920 pixels allow. */
  output_width: z.number().int().min(64).max(7680).multipleOf(2).optional(),
  output_height: z.number().int().min(64).max(7680).multipleOf(2).optional(),
  codec: VideoCodec.default('h264'),
  quality: Quality.default('high'),
})
export type AutoCropParams = z.infer<typeof AutoCropParams>

export const AutoCropResult = z.strictObject({
  crop_keyframes: z.array(CropKeyframe).min(1),
  /** Displayed size of the frames the keyframes are in. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** Share of frames whose crop follows a subject; the others show the wide fallback. */
  followed: z.number().min(0).max(1),
})
export type AutoCropResult = z.infer<typeof AutoCropResult>

export const autoCropContract = {
  name: 'auto_crop',
  label: 'Auto-crop',
  summary: 'A virtual camera operator: keeps the action in a vertical frame.',
  params: AutoCropParams,
  result: AutoCropResult,
  outputs: [],
  segmentable: false,
  overlapS: 0,
  limits: { maxDurationS: 2 * 60 * 60, maxInputPixels: 7680 * 4320, maxOutputPixels: 7680 * 4320 },
} as const satisfies TaskContract
