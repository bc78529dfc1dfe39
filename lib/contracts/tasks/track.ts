import { z } from 'zod'
import { BoundingBox, FrameIndex } from '#lib/contracts/geometry.ts'
import type { TaskContract } from './task-contract.ts'

/** Detectors a user can pick; `motion` needs no weights. `yolov8` is short for `yolov8m`. */
export const DETECT_MODELS = [
  'yolox_nano',
  'yolox_tiny',
  'yolox_s',
  'yolox_m',
  'yolox_x',
  'yolov8',
  'yolov8n',
  'yolov8m',
  'yolov8x',
  'motion',
] as const
export const DetectModel = z.enum(DETECT_MODELS)
export type DetectModel = z.infer<typeof DetectModel>

export const TRACK_ALGORITHMS = ['botsort', 'bytetrack'] as const

/** Names of the COCO classes (Lin et al., 2014), as detectors report them. */
const ClassName = z.string().min(1).max(40)

export const TrackParams = z.strictObject({
  /** When absent: `yolox_m`, else the best one whose weights are there, else `motion`. */
  model: DetectModel.optional(),
  classes: z.array(ClassName).min(1).max(80).default(['person', 'sports ball']),
  /** Score a detection needs to start a track. Weaker ones, down to 0.1, only continue tracks. */
  confidence_threshold: z.number().min(0.05).max(0.99).default(0.5),
  /** Detections that overlap more than this are one (non-maximum suppression). */
  iou_threshold: z.number().min(0.05).max(0.95).default(0.45),
  track_algorithm: z.enum(TRACK_ALGORITHMS).default('botsort'),
  /** Tell people apart by their looks, too (needs weights). */
  reid: z.boolean().default(false),
})
export type TrackParams = z.infer<typeof TrackParams>

export const Track = z.strictObject({
  track_id: z.number().int().positive(),
  class: ClassName,
  frames: z
    .array(
      z.strictObject({
        frame: FrameIndex,
        bbox: BoundingBox,
        /** Of the detection; 0 where the box was filled in between detections. */
        confidence: z.number().min(0).max(1),
      }),
    )
    .min(1),
})
export type Track = z.infer<typeof Track>

export const Moment = z.strictObject({
  start_frame: FrameIndex,
  end_frame: FrameIndex,
  score: z.number().min(0).max(1),
  reason: z.string().max(200),
})
export type Moment = z.infer<typeof Moment>

/** The `result` file of a track job (gzip), and what `tracks_url` points at. */
export const TracksFile = z.strictObject({
  /** Displayed size of the frames the boxes are in. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  fps: z.number().positive(),
  frames: z.number().int().nonnegative(),
  tracks: z.array(Track),
  unique_tracks: z.number().int().nonnegative(),
  moments: z.array(Moment),
  model: z.string(),
  /** True when the boxes come from motion alone: classes are guesses by size. */
  motion_only: z.boolean(),
  /**
   * Camera motion, frame by frame: how far the background in the picture's middle went since the frame before, `[right, down]` in pixels
   * of the displayed frame; `null` where it is not known (the first frame, a cut). Absent in files that do not tell.
   */
  camera: z.array(z.tuple([z.number(), z.number()]).nullable()).optional(),
})
export type TracksFile = z.infer<typeof TracksFile>

/** What fits in a message: the boxes are in the `result` file. */
export const TrackResult = TracksFile.omit({ tracks: true, camera: true })
export type TrackResult = z.infer<typeof TrackResult>

export const trackContract = {
  name: 'track',
  label: 'Track',
  summary: 'Follows every player and the ball through the video.',
  params: TrackParams,
  result: TrackResult,
  outputs: ['result'],
  segmentable: false,
  overlapS: 0,
  limits: { maxDurationS: 2 * 60 * 60, maxInputPixels: 7680 * 4320, maxOutputPixels: 7680 * 4320 },
} as const satisfies TaskContract
