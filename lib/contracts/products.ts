import { z } from 'zod'
import { MediaFacts } from './media.ts'
import { AutoCropResult } from './tasks/auto-crop.ts'
import { DetectScenesResult } from './tasks/detect-scenes.ts'
import { IngestResult } from './tasks/ingest.ts'
import { MadeClip } from './tasks/render.ts'
import { TrackResult } from './tasks/track.ts'

/** What a job can hand over, by what it is good for. */
export const PRODUCT_KINDS = [
  'video',
  'clip',
  'preview',
  'proxy',
  'poster',
  'filmstrip',
  'waveform',
  'tracks',
  'scenes',
  'crop_path',
] as const
export const ProductKind = z.enum(PRODUCT_KINDS)
export type ProductKind = z.infer<typeof ProductKind>

/** Data made of a video: it stays with that video, which can have several of each. */
export const ANALYSIS_KINDS = ['tracks', 'scenes', 'crop_path'] as const satisfies ProductKind[]
export const AnalysisKind = z.enum(ANALYSIS_KINDS)
export type AnalysisKind = z.infer<typeof AnalysisKind>

/** One track without its boxes; frames half-open. */
export const TrackSpan = z.strictObject({
  track_id: z.number().int().positive(),
  class: z.string(),
  start_frame: z.number().int().nonnegative(),
  end_frame: z.number().int().positive(),
  boxes: z.number().int().positive(),
})
export type TrackSpan = z.infer<typeof TrackSpan>

/** A tracks file as it was found to be: everything but the boxes. */
export const TracksSummary = TrackResult.extend({ tracks: z.array(TrackSpan) })
export type TracksSummary = z.infer<typeof TracksSummary>

/** A scenes file without its scores. */
export const ScenesSummary = DetectScenesResult.extend({ frames: z.number().int().positive() })
export type ScenesSummary = z.infer<typeof ScenesSummary>

/** A crop path without its keyframes. */
export const CropPathSummary = AutoCropResult.omit({ crop_keyframes: true }).extend({
  keyframes: z.number().int().positive(),
})
export type CropPathSummary = z.infer<typeof CropPathSummary>

/** What we found a product to be, by kind: kept beside it, so that nobody need open the file to describe it. */
export const ProductSummary = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('video'), facts: MediaFacts, clips: z.array(MadeClip).optional() }),
  z.strictObject({ kind: z.literal('clip'), facts: MediaFacts, clip: MadeClip }),
  z.strictObject({ kind: z.literal('preview'), facts: MediaFacts }),
  z.strictObject({ kind: z.literal('proxy'), facts: MediaFacts }),
  z.strictObject({ kind: z.literal('poster') }),
  z.strictObject({ kind: z.literal('filmstrip'), layout: IngestResult.shape.filmstrip }),
  z.strictObject({ kind: z.literal('waveform'), layout: IngestResult.shape.waveform.unwrap() }),
  z.strictObject({ kind: z.literal('tracks'), ...TracksSummary.shape }),
  z.strictObject({ kind: z.literal('scenes'), ...ScenesSummary.shape }),
  z.strictObject({ kind: z.literal('crop_path'), ...CropPathSummary.shape }),
])
export type ProductSummary = z.infer<typeof ProductSummary>

/** A product as its owner sees it. Data files are gzip JSON: fetch and unpack them (`DecompressionStream`). */
export const ProductView = z.strictObject({
  id: z.string(),
  job_id: z.string(),
  /** The asset it is, or belongs to. */
  asset_id: z.string(),
  name: z.string(),
  kind: ProductKind,
  file_name: z.string(),
  content_type: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  /** Absent in lists of jobs. */
  summary: ProductSummary.nullable(),
  /** Presigned, good for an hour; null once it is deleted. `download_url` saves under the file name. */
  url: z.string().nullable(),
  download_url: z.string().nullable(),
  created_at_ms: z.number().int(),
})
export type ProductView = z.infer<typeof ProductView>
