import type { Track } from '#lib/contracts/tasks/track.ts'
import { associateOnline } from './associate-online.ts'
import type { Observation, Tracklet } from './observation.ts'
import type { FrameDetections, TrackingOptions } from './types.ts'

/**
 * Detections of a whole video → tracks, every class on its own: online association, then the passes that only a finished video
 * allows (joining, splitting, gap filling, smoothing, the ball's path). Ids count up from 1 in order of first appearance. Boxes are
 * in pixels of the displayed frame and stay inside it; a filled-in box has confidence 0.
 */
export function trackFrames(frames: Iterable<FrameDetections>, options: TrackingOptions): Track[] {
  const list = [...frames]
  const times = list.map(({ timeS }) => timeS)
  const classes = new Map<string, Observation[][]>()
  list.forEach(({ detections, timeS }, at) => {
    for (const { box, score, className, embedding } of detections) {
      if (score < options.lowScore) continue
      let seen = classes.get(className)
      if (seen === undefined) {
        seen = list.map(() => [])
        classes.set(className, seen)
      }
      const [x1, y1, x2, y2] = box
      seen[at]?.push({
        at,
        timeS,
        x: (x1 + x2) / 2,
        y: (y1 + y2) / 2,
        width: x2 - x1,
        height: y2 - y1,
        score,
        ...(embedding && { embedding }),
      })
    }
  })
  const tracks: Track[] = []
  for (const [className, seen] of classes) {
    const tracklets = associateOnline(seen, times, {
      strongScore: options.newTrackScore,
      newTrackScore: options.newTrackScore,
    })
    for (const tracklet of tracklets) tracks.push(toTrack(tracklet, className, list))
  }
  return tracks.map((track, index) => ({ ...track, track_id: index + 1 }))
}

function toTrack(tracklet: Tracklet, className: string, list: readonly FrameDetections[]): Track {
  return {
    track_id: 1,
    class: className,
    frames: tracklet.map(({ at, x, y, width, height, score }) => ({
      frame: list[at]?.frame ?? at,
      bbox: [x - width / 2, y - height / 2, x + width / 2, y + height / 2],
      confidence: score,
    })),
  }
}
