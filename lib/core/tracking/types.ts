import type { BoundingBox } from '#lib/contracts/geometry.ts'

/** COCO's name of a ball (Lin et al., 2014). Balls are small and fast, and followed in a way of their own. */
export const BALL_CLASS = 'sports ball'

/** One thing a detector saw in one frame. */
export interface Detection {
  /** `[x1, y1, x2, y2]`, pixels of the displayed frame; may reach beyond its borders. */
  readonly box: BoundingBox
  /** 0–1. Weak ones (down to `lowScore`) are wanted: they continue tracks that strong ones started. */
  readonly score: number
  readonly className: string
  /** Appearance (ReID) vector; any length, the same for all of a video. Need not be normalised. */
  readonly embedding?: Float32Array
}

/**
 * `[a, b, tx, c, d, ty]`: maps a point of the previous frame to this one, `x' = a·x + b·y + tx`, `y' = c·x + d·y + ty` (camera
 * motion, pixels of the displayed frame).
 */
export type Affine = readonly [number, number, number, number, number, number]

/** All detections of one frame. Frames come in order; a frame left out counts as one without detections. */
export interface FrameDetections {
  /** 0-based index in presentation order. */
  readonly frame: number
  /** Presentation time in seconds; need not be evenly spaced. */
  readonly timeS: number
  readonly detections: readonly Detection[]
  /** Camera motion since the frame before in the list; absent where not known. What it leaves is estimated from the tracks. */
  readonly camera?: Affine
}

export interface TrackingOptions {
  readonly algorithm: 'bytetrack' | 'botsort'
  /** Nominal rate: sizes buffers where the times say nothing. */
  readonly fps: number
  /** Displayed size of the frames, pixels. */
  readonly width: number
  readonly height: number
  /** Score a detection needs to start a track (the task's `confidence_threshold`). */
  readonly newTrackScore: number
  /** Floor of what is looked at at all (0.1). The ball has its own. */
  readonly lowScore: number
}
