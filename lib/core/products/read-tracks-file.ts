import type { TrackSpan, TracksSummary } from '#lib/contracts/products.ts'
import { type Moment, Track, TrackResult, TracksFile } from '#lib/contracts/tasks/track.ts'
import { dataAs, keyOf, pieceAs, UnusableData, walkData } from './read-data.ts'
import { type Piece, parse } from './split-json.ts'

const OPENED = new Set(['$', '$.tracks', '$.tracks[]', '$.tracks[].frames', '$.moments', '$.camera'])
const Boxes = Track.shape.frames
const Shifts = TracksFile.shape.camera.unwrap()
const Named = Track.omit({ frames: true })
/** More than two hours of a match with every track broken into pieces have. The list of them is kept in one row. */
const MAX_TRACKS = 10_000
const MAX_MOMENTS = 2_000
/** `FrameIndex` ends here. */
const MAX_FRAME = 100_000_000

/**
 * Reads a tracks file of any length in bounded memory: every value by the contract, boxes in order and each within the video, ids once
 * each, counts as the file says. Answers everything but the boxes. Throws UnusableData.
 */
export async function readTracksFile(chunks: AsyncIterable<string>): Promise<TracksSummary> {
  const reading = new TracksReading()
  await walkData(chunks, OPENED, (piece) => reading.see(piece))
  return reading.summary()
}

/**
 * Whether these are boxes beyond doubt, told ten times faster than by the contract, which has the last word on all others: a long match
 * has millions.
 */
export function arePlainBoxes(values: unknown): values is Track['frames'] {
  return Array.isArray(values) && values.length > 0 && values.every(isPlainBox)
}

function isPlainBox(value: Record<string, unknown> | null): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { frame, bbox, confidence } = value
  return (
    Object.keys(value).length === 3 &&
    Number.isInteger(frame) &&
    (frame as number) >= 0 &&
    (frame as number) <= MAX_FRAME &&
    typeof confidence === 'number' &&
    confidence >= 0 &&
    confidence <= 1 &&
    Array.isArray(bbox) &&
    bbox.length === 4 &&
    bbox.every(Number.isFinite)
  )
}

class TracksReading {
  readonly #header: Record<string, unknown> = {}
  readonly #tracks: TrackSpan[] = []
  readonly #ids = new Set<number>()
  readonly #moments: Moment[] = []
  #shifts: number | undefined
  #track: Record<string, unknown> = {}
  #firstFrame = 0
  #lastFrame = -1
  #boxes = 0

  see(piece: Piece): void {
    if (piece.path.startsWith('$.tracks[]')) {
      this.#seeTrack(piece)
      return
    }
    if (piece.kind === 'value') this.#header[keyOf(piece.path)] = parse(piece.text)
    if (piece.path === '$.camera') {
      this.#shifts ??= 0
      if (piece.kind === 'elements') this.#shifts += pieceAs(Shifts, piece.text, 'camera').length
    }
    if (piece.path === '$.moments' && piece.kind === 'elements') {
      this.#moments.push(...pieceAs(TracksFile.shape.moments, piece.text, 'moments'))
      if (this.#moments.length > MAX_MOMENTS) throw new UnusableData(`it lists more than ${MAX_MOMENTS} moments`)
    }
    if (piece.path === '$.tracks' && piece.kind === 'elements') throw new UnusableData('a track is no object')
  }

  #seeTrack(piece: Piece): void {
    if (piece.kind === 'elements') {
      const boxes = parse(piece.text)
      this.#seeBoxes(arePlainBoxes(boxes) ? boxes : dataAs(Boxes, boxes, 'frames'))
      return
    }
    if (piece.kind === 'value') {
      this.#track[piece.path.slice('$.tracks[].'.length)] = parse(piece.text)
      return
    }
    if (piece.path !== '$.tracks[]') return
    if (piece.kind === 'open') {
      this.#track = {}
      this.#lastFrame = -1
      this.#boxes = 0
      return
    }
    const named = dataAs(Named, this.#track, 'tracks')
    if (this.#boxes === 0) throw new UnusableData(`track ${named.track_id} has no box`)
    const frames = { start_frame: this.#firstFrame, end_frame: this.#lastFrame + 1, boxes: this.#boxes }
    const span = { ...named, ...frames }
    if (this.#ids.has(span.track_id)) throw new UnusableData(`track ${span.track_id} is there twice`)
    this.#ids.add(span.track_id)
    this.#tracks.push(span)
    if (this.#tracks.length > MAX_TRACKS) throw new UnusableData(`it holds more than ${MAX_TRACKS} tracks`)
  }

  #seeBoxes(boxes: Track['frames']): void {
    for (const { frame } of boxes) {
      if (frame <= this.#lastFrame) throw new UnusableData('the boxes of a track are not in order, one per frame')
      if (this.#boxes === 0) this.#firstFrame = frame
      this.#lastFrame = frame
      this.#boxes += 1
    }
  }

  summary(): TracksSummary {
    const header = dataAs(TrackResult, { ...this.#header, moments: this.#moments }, 'header')
    const lastFrame = Math.max(0, ...this.#tracks.map(({ end_frame }) => end_frame))
    if (lastFrame > header.frames) throw new UnusableData(`a box is on frame ${lastFrame - 1} of ${header.frames}`)
    const beyond = header.moments.find((moment) => moment.end_frame > header.frames)
    if (beyond) throw new UnusableData(`a moment ends at frame ${beyond.end_frame} of ${header.frames}`)
    if (header.unique_tracks !== this.#tracks.length)
      throw new UnusableData(`it promises ${header.unique_tracks} tracks and holds ${this.#tracks.length}`)
    if (this.#shifts !== undefined && this.#shifts !== header.frames)
      throw new UnusableData(`it tells ${this.#shifts} camera shifts of ${header.frames} frames`)
    return { ...header, tracks: this.#tracks }
  }
}
