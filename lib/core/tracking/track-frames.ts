import type { Track } from '#lib/contracts/tasks/track.ts'
import { associateOnline } from './associate-online.ts'
import { createChains } from './chain.ts'
import { dropGhosts } from './drop-ghosts.ts'
import { estimateCamera } from './estimate-camera.ts'
import { exchangeTails } from './exchange-tails.ts'
import type { Scene } from './explain-absence.ts'
import { fitMotion } from './fit-motion.ts'
import { joinTracklets } from './join-tracklets.ts'
import type { MotionNoise } from './kalman.ts'
import type { Observation, Tracklet } from './observation.ts'
import { smoothChains } from './smooth-chains.ts'
import { TUNING } from './tuning.ts'
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
    const opts = {
      strongScore: options.newTrackScore * TUNING.online.strong,
      newTrackScore: options.newTrackScore * TUNING.online.start,
      noise: TUNING.motion as MotionNoise,
    }
    let tracklets = associateOnline(seen, times, opts)
    const path = estimateCamera(tracklets, list.length)
    const stable = seen.map((row, at) =>
      row.map((one) => ({ ...one, x: one.x - (path.x[at] ?? 0), y: one.y - (path.y[at] ?? 0) })),
    )
    tracklets = tracklets.map((t) =>
      t.map((one) => ({ ...one, x: one.x - (path.x[one.at] ?? 0), y: one.y - (path.y[one.at] ?? 0) })),
    )
    if (TUNING.fit.on) opts.noise = fitMotion(tracklets, TUNING.motion)
    tracklets = associateOnline(stable, times, opts)
    tracklets = dropGhosts(
      refine(
        tracklets,
        { frames: stable, times, camera: path, width: options.width, height: options.height },
        opts.noise,
      ),
      options.newTrackScore,
      1 / options.fps,
    )
    tracklets = tracklets.map((t) =>
      t.map((one) => ({ ...one, x: one.x + (path.x[one.at] ?? 0), y: one.y + (path.y[one.at] ?? 0) })),
    )
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

function refine(tracklets: Tracklet[], scene: Scene, noise: MotionNoise): Tracklet[] {
  if (!TUNING.link.on) return tracklets
  const chains = createChains(tracklets, noise)
  exchangeTails(chains, scene.times.length)
  joinTracklets(chains, scene, 0.5, TUNING.join.gate)
  joinTracklets(chains, scene, 1, TUNING.join.gate)
  const { times } = scene
  const area = scene.width * scene.height
  const duration = (times.at(-1) ?? 0) - (times[0] ?? 0)
  const heights = tracklets.map((t) => t[t.length >> 1]?.height ?? 1).sort((a, b) => a - b)
  const height = heights[heights.length >> 1] ?? 1
  for (let round = 0; round < TUNING.link.rounds; round++) {
    const starts = chains.links.filter((l) => l.before === undefined && l.seen.timeS > (times[0] ?? 0) + 0.5).length
    const rate = (starts + 1) / (duration + 1) / (area / height ** 2)
    const gate = TUNING.join.offset - TUNING.join.slope * Math.log(rate)
    exchangeTails(chains, times.length)
    for (let gap = 0.5; gap <= TUNING.join.gapS; gap *= 2) joinTracklets(chains, scene, gap, gate)
  }
  exchangeTails(chains, times.length)
  return smoothChains(chains, scene)
}
