import type { Track } from '#lib/contracts/tasks/track.ts'
import { type CameraPath, followCrowd, integrateCamera, project, stabilise, stillCamera } from './camera-path.ts'
import { fitMotion } from './fit-motion.ts'
import { followBall } from './follow-ball.ts'
import { followThings, roughTracklets } from './follow-things.ts'
import { normaliseFrames } from './normalise-frames.ts'
import type { Observation, Tracklet } from './observation.ts'
import { BALL_CLASS, type FrameDetections, type TrackingOptions } from './types.ts'

/** A ball is seldom more than a few blurred pixels, so detectors are less sure of it. */
const BALL_FLOOR = 0.05

/**
 * Detections of a whole video → tracks, every class on its own: online association, then the passes that only a finished video
 * allows (joining, undoing switches, gap filling, smoothing, the ball's path). Ids count up from 1 in order of first appearance.
 * Boxes are in pixels of the displayed frame and may reach beyond it as the detections do; a filled-in box has confidence 0.
 */
export function trackFrames(frames: Iterable<FrameDetections>, options: TrackingOptions): Track[] {
  const list = normaliseFrames(frames, options.fps)
  const times = list.map(({ timeS }) => timeS)
  const classes = collectObservations(list, options)
  const measured = measuredPath(list, times, options)
  const rough = new Map<string, Tracklet[]>()
  for (const [className, seen] of classes) {
    if (className === BALL_CLASS) continue
    const stable = measured.isStill ? seen : seen.map((row) => row.map((one) => stabilise(measured, one)))
    rough.set(className, roughTracklets(stable, times, options.newTrackScore))
  }
  const camera = followCrowd(measured, [...rough.values()].flat())
  const restabilise = (one: Observation) => stabilise(camera, { ...one, ...project(measured, one.at, one) })
  const tracks: Track[] = []
  for (const [className, seen] of classes) {
    const tracklets =
      className === BALL_CLASS
        ? followBall(seen, times, camera, options)
        : followThings(seen, times, camera, fitMotion(rough.get(className) ?? [], restabilise), options)
    for (const tracklet of tracklets) tracks.push(toTrack(tracklet, className, camera, list))
  }
  tracks.sort((a, b) => (a.frames[0]?.frame ?? 0) - (b.frames[0]?.frame ?? 0))
  return tracks.map((track, index) => ({ ...track, track_id: index + 1 }))
}

/** By class, then by frame; pixels of the frame. Boxes without area and weak ones are left out. */
function collectObservations(
  list: readonly FrameDetections[],
  { algorithm, lowScore }: TrackingOptions,
): Map<string, Observation[][]> {
  const classes = new Map<string, Observation[][]>()
  // ByteTrack does not look at people.
  const looks = algorithm === 'botsort'
  list.forEach(({ detections, timeS }, at) => {
    for (const { box, score, className, embedding } of detections) {
      const [x1, y1, x2, y2] = box
      if (score < (className === BALL_CLASS ? BALL_FLOOR : lowScore) || !(x2 > x1 && y2 > y1)) continue
      let seen = classes.get(className)
      if (seen === undefined) {
        seen = list.map(() => [])
        classes.set(className, seen)
      }
      const place = { x: (x1 + x2) / 2, y: (y1 + y2) / 2, width: x2 - x1, height: y2 - y1 }
      seen[at]?.push({ at, timeS, ...place, score, embedding: looks ? embedding : undefined })
    }
  })
  return classes
}

/** ByteTrack knows no camera motion. */
function measuredPath(
  list: readonly FrameDetections[],
  times: readonly number[],
  options: TrackingOptions,
): CameraPath {
  if (options.algorithm === 'bytetrack') return stillCamera(list.length)
  const steps = list.map(({ camera }) => camera)
  return integrateCamera(steps, times, options.width, options.height)
}

function toTrack(tracklet: Tracklet, className: string, camera: CameraPath, list: readonly FrameDetections[]): Track {
  return {
    track_id: 1,
    class: className,
    frames: tracklet.map((one) => {
      const { x, y, width, height } = project(camera, one.at, one)
      return {
        frame: list[one.at]?.frame ?? one.at,
        bbox: [x - width / 2, y - height / 2, x + width / 2, y + height / 2],
        confidence: Math.min(1, one.score),
      }
    }),
  }
}
