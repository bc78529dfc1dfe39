import { z } from 'zod'

/**
 * What is known of a video from its container headers (app) or from decoding it (worker).
 * Width and height are of the *displayed* frame: rotation and sample aspect ratio applied.
 */
export const MediaFacts = z.strictObject({
  container: z.string(),
  video_codec: z.string(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  /** Seconds the video track lasts, from presentation timestamps. */
  duration_s: z.number().nonnegative(),
  /** Packets of the video track (headers) or decoded frames (worker). Edit lists may hide some packets. */
  frames: z.number().int().nonnegative(),
  fps: z.number().positive(),
  audio_codec: z.string().nullable(),
  audio_duration_s: z.number().nonnegative().nullable(),
  bytes: z.number().int().nonnegative(),
})
export type MediaFacts = z.infer<typeof MediaFacts>

export const VIDEO_CODECS = ['h264', 'hevc', 'av1'] as const
export const QUALITIES = ['low', 'medium', 'high'] as const
export const VideoCodec = z.enum(VIDEO_CODECS)
export type VideoCodec = z.infer<typeof VideoCodec>
export const Quality = z.enum(QUALITIES)
export type Quality = z.infer<typeof Quality>
