import type { TaskName } from '#lib/contracts/tasks/index.ts'

/** RunPod's serverless prices, micro-dollars per GPU second (runpod.io/pricing, as the source documents give them). */
export const GPU_CLASSES = {
  'rtx-4000-ada': { label: 'RTX 4000 Ada', rateMicrosPerSecond: 310 },
  'rtx-3090': { label: 'RTX 3090', rateMicrosPerSecond: 310 },
  'rtx-4090': { label: 'RTX 4090', rateMicrosPerSecond: 440 },
  a40: { label: 'A40', rateMicrosPerSecond: 250 },
} as const
export type GpuClass = keyof typeof GPU_CLASSES

export function isGpuClass(name: string): name is GpuClass {
  return Object.hasOwn(GPU_CLASSES, name)
}

/** What a user pays per micro-dollar of GPU cost: 3×, in basis points. */
export const MARKUP_BPS = 30_000
/** One credit. */
export const MINIMUM_MICROS = 10_000
/** A quote is good for this long. */
export const QUOTE_TTL_MS = 15 * 60 * 1000

/**
 * GPU milliseconds per second of video before any real run has been measured (the source documents' figures per 30 s), and the factor
 * by which the ceiling exceeds them: the promise is "never more than this", so it must hold for the slowest honest run.
 */
export const UNCALIBRATED_GPU_MS_PER_VIDEO_S = {
  upscale: 2000,
  track: 667,
  auto_crop: 833,
  detect_scenes: 167,
  framing: 500,
  overlay: 500,
  annotate: 500,
  export: 500,
  ingest: 167,
} as const satisfies Record<TaskName, number>
export const CEILING_FACTOR = 5
/** The material those figures are taken to be about; larger pictures and higher frame rates cost in proportion. */
export const BASE_PIXELS = 1280 * 720
export const BASE_FPS = 30
