import type { Detection, FrameDetections, TrackingOptions } from '#lib/core/tracking/types.ts'

export const SCENE = {
  algorithm: 'botsort',
  fps: 25,
  width: 1280,
  height: 720,
  newTrackScore: 0.5,
  lowScore: 0.1,
} as const satisfies TrackingOptions

/** Where a person's centre is in a frame, pixels; undefined when not seen. */
export type Path = (frame: number) => readonly [number, number] | undefined

/** A person of 40 × 100 pixels. */
export function personAt(x: number, y: number, score = 0.9): Detection {
  return { box: [x - 20, y - 50, x + 20, y + 50], score, className: 'person' }
}

/** Detections of people on their paths, 25 a second. */
export function film(frames: number, ...people: readonly Path[]): FrameDetections[] {
  return Array.from({ length: frames }, (_, frame) => ({
    frame,
    timeS: frame / 25,
    detections: people.flatMap((path) => {
      const place = path(frame)
      return place === undefined ? [] : [personAt(...place)]
    }),
  }))
}
