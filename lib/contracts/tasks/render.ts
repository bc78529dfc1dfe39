import { z } from 'zod'
import { CropPath, FrameIndex, Rectangle } from '#lib/contracts/geometry.ts'
import { Quality, VideoCodec } from '#lib/contracts/media.ts'
import { UPSCALE_MODELS } from './upscale.ts'

/**
 * The parts that `framing`, `overlay`, `annotate` and `export` are made of: presets of one render plan, so one decode, one chain and
 * one encode whatever is asked for.
 */
const OutputSide = z.number().int().min(64).max(7680).multipleOf(2)

export const EFFECT_TYPES = ['blur', 'spotlight', 'ring'] as const
export const EffectType = z.enum(EFFECT_TYPES)
export type EffectType = z.infer<typeof EffectType>

const Radius = z.number().positive().max(65_536)
const Position = z.number().min(-65_536).max(65_536)
const ellipse = { x: Position, y: Position, radius_x: Radius, radius_y: Radius }

/**
 * An ellipse that stays sharp and bright (blur, spotlight) or is drawn (ring) in `[start_frame, end_frame)`. It stands still, moves by
 * keyframes, or sticks to a track, whose boxes then give its centre and, unless radii are given, its size.
 */
export const HighlightRegion = z
  .strictObject({
    start_frame: FrameIndex,
    end_frame: FrameIndex,
    ...z.strictObject(ellipse).partial().shape,
    opacity: z.number().min(0).max(1).default(1),
    keyframes: z
      .array(z.strictObject({ frame: FrameIndex, ...ellipse }))
      .min(1)
      .max(100_000)
      .optional(),
    track_id: z.number().int().positive().optional(),
  })
  .refine((region) => region.end_frame > region.start_frame, {
    message: 'end_frame must come after start_frame',
    path: ['end_frame'],
  })
  .refine(
    ({ x, y, radius_x, radius_y, keyframes, track_id }) =>
      keyframes !== undefined ||
      track_id !== undefined ||
      [x, y, radius_x, radius_y].every((value) => value !== undefined),
    { message: 'needs x, y, radius_x and radius_y, or keyframes, or a track_id' },
  )
  .refine(({ keyframes = [] }) => keyframes.every(({ frame }, i) => frame > (keyframes[i - 1]?.frame ?? -1)), {
    message: 'keyframes must be in order, one per frame',
    path: ['keyframes'],
  })
export type HighlightRegion = z.infer<typeof HighlightRegion>

/** Half-open, in seconds of the source's presentation times: frames with `start_time ≤ t < end_time`. */
export const Clip = z
  .strictObject({
    start_time: z.number().min(0),
    end_time: z.number().positive(),
    label: z.string().min(1).max(120),
    rating: z.number().int().min(1).max(5).optional(),
    notes: z.string().max(2000).optional(),
  })
  .refine((clip) => clip.end_time > clip.start_time, {
    message: 'end_time must come after start_time',
    path: ['end_time'],
  })
export type Clip = z.infer<typeof Clip>

export const CLIP_MODES = ['reel', 'separate'] as const

export const encoding = { codec: VideoCodec.default('h264'), quality: Quality.default('high') }

export const framingFields = {
  crop_keyframes: CropPath,
  output_width: OutputSide.default(1080),
  output_height: OutputSide.default(1920),
}

export const overlayFields = {
  highlight_regions: z.array(HighlightRegion).min(1).max(500),
  effect_type: EffectType.default('blur'),
}

/** In the order they are shown; up to 200. */
export const annotateFields = {
  clips: z.array(Clip).min(1).max(200),
  mode: z.enum(CLIP_MODES).default('reel'),
  burn_labels: z.boolean().default(false),
}

export const FORMATS = ['mp4', 'mov', 'webm'] as const
export type VideoFormat = (typeof FORMATS)[number]

export const FramingParams = z.strictObject({ ...framingFields, ...encoding })
export type FramingParams = z.infer<typeof FramingParams>

export const OverlayParams = z.strictObject({
  ...overlayFields,
  crop_keyframes: CropPath.optional(),
  output_width: OutputSide.optional(),
  output_height: OutputSide.optional(),
  ...encoding,
})
export type OverlayParams = z.infer<typeof OverlayParams>

export const AnnotateParams = z.strictObject({ ...annotateFields, ...encoding })
export type AnnotateParams = z.infer<typeof AnnotateParams>

export const ExportParams = z
  .strictObject({
    /** A crop that stands still; with `crop_keyframes` it is not needed. */
    crop: Rectangle.optional(),
    crop_keyframes: CropPath.optional(),
    output_width: OutputSide.optional(),
    output_height: OutputSide.optional(),
    highlight_regions: overlayFields.highlight_regions.optional(),
    effect_type: overlayFields.effect_type,
    clips: annotateFields.clips.optional(),
    mode: annotateFields.mode,
    burn_labels: annotateFields.burn_labels,
    upscale: z.boolean().default(false),
    upscale_model: z.enum(UPSCALE_MODELS).optional(),
    upscale_scale: z.union([z.literal(2), z.literal(4)]).default(2),
    /** Output is scaled down to at most this many lines; even. */
    max_height: z.number().int().min(144).max(4320).multipleOf(2).optional(),
    /** `webm` holds AV1 and Opus: the codec h264, which is the default, becomes AV1 there, and hevc is refused. */
    format: z.enum(FORMATS).default('mp4'),
    ...encoding,
  })
  .refine((params) => params.crop === undefined || params.crop_keyframes === undefined, {
    message: 'a crop either stands still or has keyframes, not both',
    path: ['crop'],
  })
  .refine((params) => params.format !== 'webm' || params.codec !== 'hevc', {
    message: 'WebM holds AV1, not HEVC: choose av1, or mp4 as the format',
    path: ['codec'],
  })
export type ExportParams = z.infer<typeof ExportParams>

/** A clip as it was made: frames of the source it shows, and where it starts in the reel (0 for separate files). */
export const MadeClip = z.strictObject({
  /** Output name: `video` for a reel, `clip-001` … for separate files. */
  output: z.string(),
  label: z.string(),
  rating: z.number().int().nullable(),
  start_frame: FrameIndex,
  end_frame: FrameIndex,
  /** Seconds into the output file. */
  start_time: z.number().nonnegative(),
  end_time: z.number().nonnegative(),
})
export type MadeClip = z.infer<typeof MadeClip>

/** `null` when nothing was cut. */
export const ClipsResult = z.strictObject({ clips: z.array(MadeClip).min(1) })
export type ClipsResult = z.infer<typeof ClipsResult>

export const renderLimits = {
  maxDurationS: 2 * 60 * 60,
  maxInputPixels: 7680 * 4320,
  maxOutputPixels: 7680 * 4320,
} as const
