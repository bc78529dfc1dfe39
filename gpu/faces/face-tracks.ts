import type { Face, Point } from './decode-yunet.ts'

export interface TrackedFace {
  readonly landmarks: readonly Point[]
  /** How much of the restored face is shown, 0–1. */
  readonly opacity: number
}

interface Track {
  landmarks: readonly Point[]
  size: number
  opacity: number
  seen: boolean
}

/** Per frame: a face comes in five frames and goes in four, so that none pops. */
const APPEAR = 0.2
const DISAPPEAR = 0.25
/** A face still moves on as the same when its middle is within this share of its size. */
const NEAR = 0.6
/** Landmarks of a resting face follow by this share a frame: detectors tremble. One that moves by a tenth of its size follows at once. */
const REST_FOLLOW = 0.35
const FOLLOW_AT_ONCE = 0.1

const middle = (landmarks: readonly Point[]): Point => [
  landmarks.reduce((sum, [x]) => sum + x, 0) / landmarks.length,
  landmarks.reduce((sum, [, y]) => sum + y, 0) / landmarks.length,
]

/** Follows faces from frame to frame, so that what is pasted neither trembles nor pops. */
export class FaceTracks {
  #tracks: Track[] = []
  #first = true

  /** Faces of the next frame; answers what is to be shown in it. */
  update(faces: readonly Face[]): TrackedFace[] {
    for (const track of this.#tracks) track.seen = false
    for (const { landmarks, box } of faces) {
      const size = Math.max(box[2], box[3])
      const track = this.#nearest(landmarks, size)
      if (track === undefined) {
        this.#tracks.push({ landmarks, size, opacity: this.#first ? 1 : APPEAR, seen: true })
        continue
      }
      const follow = followOf(track, landmarks)
      track.landmarks = track.landmarks.map(([x, y], index): Point => {
        const [toX, toY] = landmarks[index] ?? [x, y]
        return [x + follow * (toX - x), y + follow * (toY - y)]
      })
      Object.assign(track, { size, opacity: Math.min(1, track.opacity + APPEAR), seen: true })
    }
    for (const track of this.#tracks) if (!track.seen) track.opacity -= DISAPPEAR
    this.#tracks = this.#tracks.filter(({ opacity }) => opacity > 0)
    this.#first = false
    return this.#tracks.map(({ landmarks, opacity }) => ({ landmarks, opacity }))
  }

  #nearest(landmarks: readonly Point[], size: number): Track | undefined {
    const [x, y] = middle(landmarks)
    const distance = (track: Track) => {
      const [tx, ty] = middle(track.landmarks)
      return Math.hypot(tx - x, ty - y)
    }
    const free = this.#tracks.filter((track) => !track.seen && distance(track) < NEAR * Math.max(size, track.size))
    return free.sort((a, b) => distance(a) - distance(b))[0]
  }
}

function followOf(track: Track, landmarks: readonly Point[]): number {
  const [[ax, ay], [bx, by]] = [middle(track.landmarks), middle(landmarks)]
  const moved = Math.hypot(bx - ax, by - ay) / track.size
  return Math.min(1, REST_FOLLOW + ((1 - REST_FOLLOW) * moved) / FOLLOW_AT_ONCE)
}
