import type { HighlightRegion } from '#lib/contracts/tasks/render.ts'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import { createTrackEllipse, type TrackEllipse } from './track-ellipse.ts'

/** A highlight in source pixels of the displayed frame. */
export interface Ellipse {
  /** Centre. */
  readonly x: number
  readonly y: number
  readonly radiusX: number
  readonly radiusY: number
  /** 0–1: how much of the effect the inside is spared (blur, spotlight), or how opaque the outline is (ring). */
  readonly opacity: number
  /**
   * 0–1: how far the ellipse has faded in. The effect as a whole fades with the ellipse that is most there, so that a spotlight whose
   * player is lost returns to the plain picture instead of leaving it dark.
   */
  readonly presence: number
}

export type EllipseShape = Omit<Ellipse, 'opacity' | 'presence'>

/** The ellipses to show at a frame; frames in any order. Empty means: no effect at all. */
export interface HighlightSampler {
  at(frame: number): Ellipse[]
}

/** Prepares regions for sampling; boxes of tracks are smoothed here, once. A track that is not in the file has no ellipse. */
export function createHighlightSampler(
  regions: readonly HighlightRegion[],
  tracks: TracksFile | undefined,
): HighlightSampler {
  const followed = trackEllipses(tracks)
  const samplers = regions.map((region) => createRegionSampler(region, followed))
  return { at: (frame) => samplers.flatMap((sample) => sample(frame) ?? []) }
}

type RegionSampler = (frame: number) => Ellipse | undefined

type Followed = (trackId: number) => TrackEllipse | undefined

/** Each track is smoothed once, however many regions follow it: two hours of one take megabytes. */
function trackEllipses(file: TracksFile | undefined): Followed {
  const made = new Map<number, TrackEllipse>()
  return (trackId) => {
    const known = made.get(trackId)
    if (known) return known
    const track = file?.tracks.find(({ track_id }) => track_id === trackId)
    if (!file || !track) return undefined
    const ellipse = createTrackEllipse(track, file.fps)
    made.set(trackId, ellipse)
    return ellipse
  }
}

/** A track, when named, decides over keyframes, and those over the standing ellipse. */
function createRegionSampler(region: HighlightRegion, followed: Followed): RegionSampler {
  const shape = createShapeSampler(region, followed)
  return (frame) => {
    if (frame < region.start_frame || frame >= region.end_frame) return undefined
    const sample = shape(frame)
    return sample && { ...sample, opacity: region.opacity }
  }
}

function createShapeSampler(
  region: HighlightRegion,
  followed: Followed,
): (frame: number) => Omit<Ellipse, 'opacity'> | undefined {
  if (region.track_id !== undefined) {
    const ellipse = followed(region.track_id)
    return (frame) => ellipse?.(frame, region)
  }
  const { keyframes } = region
  if (keyframes) return (frame) => ({ ...keyframedEllipse(keyframes, frame), presence: 1 })
  const { x, y, radius_x, radius_y } = region
  // The contract refuses such a region; a sampler must still not invent one.
  if (x === undefined || y === undefined || radius_x === undefined || radius_y === undefined) return () => undefined
  return () => ({ x, y, radiusX: radius_x, radiusY: radius_y, presence: 1 })
}

/** Linear between keyframes, held before the first and after the last. */
function keyframedEllipse(keyframes: NonNullable<HighlightRegion['keyframes']>, frame: number): EllipseShape {
  let [low, high] = [0, keyframes.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((keyframes[middle]?.frame ?? 0) <= frame) low = middle
    else high = middle - 1
  }
  const from = keyframes[low]
  if (!from) throw new RangeError('a keyframed highlight has at least one keyframe')
  const to = keyframes[low + 1] ?? from
  const t = to.frame > from.frame ? Math.max(0, (frame - from.frame) / (to.frame - from.frame)) : 0
  return {
    x: from.x + (to.x - from.x) * t,
    y: from.y + (to.y - from.y) * t,
    radiusX: from.radius_x + (to.radius_x - from.radius_x) * t,
    radiusY: from.radius_y + (to.radius_y - from.radius_y) * t,
  }
}
