import { z } from 'zod'
import { FrameIndex } from '#lib/contracts/geometry.ts'
import type { TaskContract } from './task-contract.ts'

export const SCENE_DETECTORS = ['content', 'adaptive'] as const

export const DetectScenesParams = z.strictObject({
  /** Scores from here on are cuts; lower finds more scenes. 30 is the best default. */
  threshold: z.number().min(1).max(100).default(30),
  /** Seconds; a shorter scene is joined to its neighbour. */
  min_scene_length: z.number().min(0).max(60).default(1),
  detector: z.enum(SCENE_DETECTORS).default('adaptive'),
})
export type DetectScenesParams = z.infer<typeof DetectScenesParams>

/** Half-open: the frame `end_frame` belongs to the next scene. Times are presentation times. */
export const Scene = z.strictObject({
  start_frame: FrameIndex,
  end_frame: FrameIndex,
  start_time: z.number(),
  end_time: z.number(),
})
export type Scene = z.infer<typeof Scene>

export const DetectScenesResult = z.strictObject({
  scenes: z.array(Scene).min(1),
  total_scenes: z.number().int().positive(),
  /** Seconds. */
  avg_scene_length: z.number().nonnegative(),
})
export type DetectScenesResult = z.infer<typeof DetectScenesResult>

/** The `result` file (gzip): enough to move the threshold afterwards without decoding again. */
export const ScenesFile = DetectScenesResult.extend({
  /** One per frame, of the change from the frame before; 30 is the default threshold. The first is 0. */
  scores: z.array(z.number().nonnegative()),
  /** Presentation times, seconds, one per frame. */
  times: z.array(z.number()),
})
export type ScenesFile = z.infer<typeof ScenesFile>

export const detectScenesContract = {
  name: 'detect_scenes',
  label: 'Detect scenes',
  summary: 'Finds the cuts and fades.',
  params: DetectScenesParams,
  result: DetectScenesResult,
  outputs: ['result'],
  segmentable: true,
  overlapS: 2,
  limits: { maxDurationS: 4 * 60 * 60, maxInputPixels: 7680 * 4320, maxOutputPixels: 7680 * 4320 },
} as const satisfies TaskContract
