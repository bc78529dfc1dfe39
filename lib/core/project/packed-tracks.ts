import type { Track, TracksFile } from '#lib/contracts/tasks/track.ts'

/** The boxes of a tracks file in three flat lists: a worker hands them over without copying, and a frame's boxes are found by halving. */
export interface PackedTracks {
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly frames: number
  readonly model: string
  /** Classes are guesses by size. */
  readonly motionOnly: boolean
  readonly tracks: readonly PackedTrack[]
  /** Of each box, its frame; ascending within a track. */
  readonly boxFrames: Int32Array<ArrayBuffer>
  /** Four values a box: left, top, right, bottom, in source pixels. */
  readonly corners: Float32Array<ArrayBuffer>
}

export interface PackedTrack {
  readonly id: number
  readonly class: string
  /** Its boxes are those of `[from, to)`. */
  readonly from: number
  readonly to: number
  /** Frames, half-open. */
  readonly startFrame: number
  readonly endFrame: number
}

export type Corners = readonly [left: number, top: number, right: number, bottom: number]

/** A detector that misses a player for so long (seconds) has not lost them: the box stays where it was. */
const BRIDGE_S = 0.5

/** Tracks must be as the contract says: boxes in order, one per frame. */
export function packTracks(file: TracksFile): PackedTracks {
  const { width, height, fps, frames, model, motion_only: motionOnly } = file
  const count = file.tracks.reduce((sum, track) => sum + track.frames.length, 0)
  const boxFrames = new Int32Array(count)
  const corners = new Float32Array(4 * count)
  let at = 0
  const tracks = file.tracks.map((track): PackedTrack => {
    const from = at
    for (const { frame, bbox } of track.frames) {
      boxFrames[at] = frame
      corners.set(bbox, 4 * at)
      at += 1
    }
    const [startFrame, lastFrame] = [boxFrames[from] ?? 0, boxFrames[at - 1] ?? 0]
    return { id: track.track_id, class: track.class, from, to: at, startFrame, endFrame: lastFrame + 1 }
  })
  return { width, height, fps, frames, model, motionOnly, tracks, boxFrames, corners }
}

/** Where a track is at a frame; over a short gap, where it was last seen. */
export function cornersAt(packed: PackedTracks, track: PackedTrack, frame: number): Corners | null {
  if (frame < track.startFrame || frame >= track.endFrame) return null
  let [low, high] = [track.from, track.to - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((packed.boxFrames[middle] ?? 0) <= frame) low = middle
    else high = middle - 1
  }
  if (frame - (packed.boxFrames[low] ?? 0) > BRIDGE_S * packed.fps) return null
  const [left = 0, top = 0, right = 0, bottom = 0] = packed.corners.subarray(4 * low, 4 * low + 4)
  return [left, top, right, bottom]
}

/** Some of the tracks as the file has them: what drawing highlights takes. Confidences are not kept; nothing is drawn by them. */
export function unpackTracks(packed: PackedTracks, ids: ReadonlySet<number>): TracksFile {
  const tracks = packed.tracks.filter(({ id }) => ids.has(id)).map((track) => unpackTrack(packed, track))
  const { width, height, fps, frames, model, motionOnly } = packed
  return {
    width,
    height,
    fps,
    frames,
    model,
    motion_only: motionOnly,
    tracks,
    unique_tracks: tracks.length,
    moments: [],
  }
}

function unpackTrack({ boxFrames, corners }: PackedTracks, { id, class: name, from, to }: PackedTrack): Track {
  const frames = Array.from({ length: to - from }, (_, index) => {
    const [left = 0, top = 0, right = 0, bottom = 0] = corners.subarray(4 * (from + index), 4 * (from + index) + 4)
    const bbox: [number, number, number, number] = [left, top, right, bottom]
    return { frame: boxFrames[from + index] ?? 0, bbox, confidence: 1 }
  })
  return { track_id: id, class: name, frames }
}
