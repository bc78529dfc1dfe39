import { z } from 'zod'
import { FrameIndex, rectangleFields } from './geometry.ts'
import { Quality, VideoCodec } from './media.ts'
import { CLIP_MODES, EffectType, FORMATS } from './tasks/render.ts'
import { UPSCALE_MODELS } from './tasks/upscale.ts'

/**
 * What an editor project is: the whole of it, as one JSON document. Times are seconds of the source's presentation clock, frames are
 * indices of its displayed frames, geometry is in source pixels (geometry.ts). Every list is bounded, so every document is.
 *
 * A change of shape raises `PROJECT_VERSION` and adds a step to `lib/core/project/migrations.ts`; stored documents are never rewritten in place.
 */
export const PROJECT_VERSION = 1

/** Bytes of a document as UTF-8 JSON. A row of D1 holds 2 MB (developers.cloudflare.com/d1/platform/limits). */
export const MAX_PROJECT_BYTES = 1_000_000
export const MAX_CLIPS = 500
/** What one job can cut (tasks/render.ts). */
export const MAX_KEPT_CLIPS = 200
export const MAX_CROP_KEYFRAMES = 20_000
export const MAX_HIGHLIGHTS = 200
export const MAX_HIGHLIGHT_KEYFRAMES = 5_000
export const MAX_IDENTITIES = 1_000
export const MAX_PIECES = 100

/** Made by whoever adds the thing; unique within its list. */
export const ItemId = z.string().regex(/^[\w-]{1,40}$/)

const uniqueIds = { message: 'ids must be unique' }
function unique(items: readonly { readonly id: unknown }[]): boolean {
  return new Set(items.map(({ id }) => id)).size === items.length
}

/** Half-open: shows the frames with `start_time ≤ t < end_time`. */
export const ProjectClip = z
  .strictObject({
    id: ItemId,
    start_time: z.number().min(0).max(1_000_000),
    end_time: z.number().positive().max(1_000_000),
    /** Empty until the user names it. */
    label: z.string().max(120),
    rating: z.number().int().min(1).max(5).optional(),
    notes: z.string().max(2000).optional(),
    /** Clips that are not kept stay in the list, and out of the reel. */
    kept: z.boolean(),
  })
  .refine((clip) => clip.end_time > clip.start_time, { message: 'end_time must come after start_time' })
export type ProjectClip = z.infer<typeof ProjectClip>

export const ASPECTS = ['source', '9:16', '4:5', '1:1', '16:9'] as const
export const Aspect = z.enum(ASPECTS)
export type Aspect = z.infer<typeof Aspect>

function inOrder(keyframes: readonly { readonly frame: number }[]): boolean {
  return keyframes.every(({ frame }, index) => frame > (keyframes[index - 1]?.frame ?? -1))
}
const ordered = { message: 'keyframes must be in order, one per frame' }

/** `auto`: made by auto-crop, which may replace it. `manual`: set by the user; nothing else moves it. */
export const CropPoint = z.strictObject({
  frame: FrameIndex,
  ...rectangleFields,
  cut: z.boolean().optional(),
  reason: z.string().max(200).optional(),
  confidence: z.number().min(0).max(1).optional(),
  source: z.enum(['manual', 'auto']),
})
export type CropPoint = z.infer<typeof CropPoint>

export const ProjectCrop = z.strictObject({
  /** `source`: not cropped at all. */
  aspect: Aspect,
  /** Empty: the largest crop of the aspect, in the middle. */
  keyframes: z.array(CropPoint).max(MAX_CROP_KEYFRAMES).refine(inOrder, ordered),
  /** 0 leaves the path as it is; 1 calms what auto-crop made over about two seconds. Manual keyframes stay. */
  smoothing: z.number().min(0).max(1),
  /** `crop` fills the output with the crop; `fit` shows the whole picture on a backdrop of itself. */
  fill: z.enum(['crop', 'fit']),
})
export type ProjectCrop = z.infer<typeof ProjectCrop>

export const EllipsePoint = z.strictObject({
  frame: FrameIndex,
  x: z.number().min(-65_536).max(65_536),
  y: z.number().min(-65_536).max(65_536),
  radius_x: z.number().positive().max(65_536),
  radius_y: z.number().positive().max(65_536),
})
export type EllipsePoint = z.infer<typeof EllipsePoint>

/** In `[start_frame, end_frame)`: sticks to a player, or goes by keyframes. */
export const ProjectHighlight = z
  .strictObject({
    id: ItemId,
    name: z.string().max(120),
    start_frame: FrameIndex,
    end_frame: FrameIndex,
    opacity: z.number().min(0).max(1),
    follows: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('track'),
        /** An identity's id, else the id of a track nobody edited. */
        track_id: z.number().int().positive(),
        radius_x: z.number().positive().max(65_536).optional(),
        radius_y: z.number().positive().max(65_536).optional(),
      }),
      z.strictObject({
        kind: z.literal('keyframes'),
        keyframes: z.array(EllipsePoint).min(1).max(MAX_HIGHLIGHT_KEYFRAMES).refine(inOrder, ordered),
      }),
    ]),
  })
  .refine((highlight) => highlight.end_frame > highlight.start_frame, {
    message: 'end_frame must come after start_frame',
  })
export type ProjectHighlight = z.infer<typeof ProjectHighlight>

/** Frames of one track of the tracks file. */
export const TrackPiece = z
  .strictObject({ track_id: z.number().int().positive(), start_frame: FrameIndex, end_frame: FrameIndex })
  .refine((piece) => piece.end_frame > piece.start_frame, { message: 'end_frame must come after start_frame' })
export type TrackPiece = z.infer<typeof TrackPiece>

/** A player as the user sees them: a name, and the pieces of tracks that are them after splitting and merging. */
export const Identity = z.strictObject({
  id: z.number().int().positive(),
  name: z.string().max(60),
  pieces: z.array(TrackPiece).max(MAX_PIECES),
})
export type Identity = z.infer<typeof Identity>

export const ExportSettings = z
  .strictObject({
    mode: z.enum(CLIP_MODES),
    burn_labels: z.boolean(),
    format: z.enum(FORMATS),
    codec: VideoCodec,
    quality: Quality,
    upscale: z.boolean(),
    upscale_model: z.enum(UPSCALE_MODELS).optional(),
    upscale_scale: z.union([z.literal(2), z.literal(4)]),
    max_height: z.number().int().min(144).max(4320).multipleOf(2).optional(),
  })
  .refine((settings) => settings.format !== 'webm' || settings.codec !== 'hevc', { message: 'WebM holds no HEVC' })
export type ExportSettings = z.infer<typeof ExportSettings>

export const SceneSettings = z.strictObject({
  threshold: z.number().min(1).max(100),
  min_scene_length: z.number().min(0).max(60),
})
export type SceneSettings = z.infer<typeof SceneSettings>

export const ProjectDocument = z.strictObject({
  version: z.literal(PROJECT_VERSION),
  asset_id: z.string().min(1).max(64),
  /** In reel order. */
  clips: z
    .array(ProjectClip)
    .max(MAX_CLIPS)
    .refine(unique, uniqueIds)
    .refine((clips) => clips.filter(({ kept }) => kept).length <= MAX_KEPT_CLIPS, {
      message: `at most ${MAX_KEPT_CLIPS} clips are kept`,
    }),
  crop: ProjectCrop,
  highlights: z.strictObject({
    effect: EffectType,
    regions: z.array(ProjectHighlight).max(MAX_HIGHLIGHTS).refine(unique, uniqueIds),
  }),
  tracks: z.strictObject({
    /** Whose ids are meant: the job that made the tracks file (`tracks_job_id` of a quote); null until one is used. */
    asset_id: z.string().min(1).max(64).nullable(),
    /** Tracks that were named, split or merged; every other track is itself. */
    identities: z.array(Identity).max(MAX_IDENTITIES).refine(unique, uniqueIds),
  }),
  scenes: SceneSettings,
  export: ExportSettings,
})
export type ProjectDocument = z.infer<typeof ProjectDocument>
