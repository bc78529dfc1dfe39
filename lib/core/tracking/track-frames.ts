import type { Track } from '#lib/contracts/tasks/track.ts'
import type { FrameDetections, TrackingOptions } from './types.ts'

/**
 * Detections of a whole video → tracks, every class on its own: online association, then the passes that only a finished video
 * allows (joining, splitting, gap filling, smoothing, the ball's path). Ids count up from 1 in order of first appearance. Boxes are
 * in pixels of the displayed frame and stay inside it; a filled-in box has confidence 0.
 */
export function trackFrames(_frames: Iterable<FrameDetections>, _options: TrackingOptions): Track[] {
  throw new Error('not written yet')
}
