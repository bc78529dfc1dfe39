import type { CropKeyframe } from '#lib/contracts/geometry.ts'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import type { TruthBox } from './match-truth.ts'
import type { FilmedMatch } from './scenarios.ts'

export interface Crop {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** How well a camera filmed a match, against the truth. */
export interface CameraScore {
  /** Of the frames with a ball in the picture, the share whose crop holds all of it. */
  readonly ball: number
  /** The same for the player on the ball: three quarters of his box across. */
  readonly carrier: number
  /** The best ball share that any camera of the same speed could have had. */
  readonly bestBall: number
  /** Means of the absolute third difference of the crop's centre, crop widths/s³: ours, and of a crop that follows the seen ball. */
  readonly jerk: number
  readonly followingJerk: number
  /** The same of a crop that follows the true ball. */
  readonly truthJerk: number
  readonly keyframes: number
  /** Fastest movement between frames, crop widths/s. */
  readonly topSpeed: number
}

/** Crop per frame as rendering shows it: linear between keyframes, held at the ends and before cuts. */
export function cropsOf(keyframes: readonly CropKeyframe[], frames: number): Crop[] {
  let index = 0
  return Array.from({ length: frames }, (_, frame) => {
    while ((keyframes[index + 1]?.frame ?? Infinity) <= frame) index++
    const from = keyframes[index]
    if (from === undefined) throw new RangeError('There are no keyframes.')
    const to = keyframes[index + 1]
    if (to === undefined || to.cut || frame < from.frame) return from
    const part = (frame - from.frame) / (to.frame - from.frame)
    const mix = (a: number, b: number): number => a + (b - a) * part
    return {
      x: mix(from.x, to.x),
      y: mix(from.y, to.y),
      width: mix(from.width, to.width),
      height: mix(from.height, to.height),
    }
  })
}

const middle = (box: TruthBox): number => (box[0] + box[2]) / 2

export function measureCamera(
  match: FilmedMatch,
  tracks: TracksFile,
  keyframes: readonly CropKeyframe[],
  maxPanSpeed: number,
): CameraScore {
  const crops = cropsOf(keyframes, match.truth.length)
  const cropWidth = (match.heightPx * 9) / 16
  const breaks = new Set([0, ...match.cuts, ...keyframes.filter(({ cut }) => cut).map(({ frame }) => frame)])
  const centres = crops.map(({ x, width }) => (x + width / 2) / cropWidth)
  const inside = (box: TruthBox, frame: number, share: number): boolean => {
    const crop = crops[frame] ?? { x: 0, width: 0 }
    const shown = Math.min(box[2], crop.x + crop.width) - Math.max(box[0], crop.x)
    return shown >= share * (box[2] - box[0]) - 1e-6
  }
  const balls = match.truth.map(({ ball }) => ball)
  const carriers = match.truth.map(({ players, carrier }) => players.find(({ id }) => id === carrier)?.box)
  const clampCentre = (x: number): number =>
    Math.min(match.widthPx - cropWidth / 2, Math.max(cropWidth / 2, x)) / cropWidth
  const following = (boxes: readonly (TruthBox | undefined)[]): number[] => {
    let last = match.widthPx / 2
    return boxes.map((box) => {
      last = box === undefined ? last : middle(box)
      return clampCentre(last)
    })
  }
  return {
    ball: share(balls, (box, frame) => inside(box, frame, 1)),
    carrier: share(carriers, (box, frame) => inside(box, frame, 0.75)),
    bestBall: bestShare(match, balls, cropWidth, maxPanSpeed / match.framesPerSecond),
    jerk: meanJerk(centres, breaks, match.framesPerSecond),
    followingJerk: meanJerk(following(seenBalls(tracks)), breaks, match.framesPerSecond),
    truthJerk: meanJerk(following(balls), breaks, match.framesPerSecond),
    keyframes: keyframes.length,
    topSpeed:
      centres.reduce((most, x, i) => (breaks.has(i) ? most : Math.max(most, Math.abs(x - (centres[i - 1] ?? x)))), 0) *
      match.framesPerSecond,
  }
}

function share(boxes: readonly (TruthBox | undefined)[], test: (box: TruthBox, frame: number) => boolean): number {
  let [hits, count] = [0, 0]
  for (const [frame, box] of boxes.entries()) {
    if (box === undefined) continue
    count++
    if (test(box, frame)) hits++
  }
  return count === 0 ? 1 : hits / count
}

/** The surest ball of every frame, as a crop without any thought would follow it. */
function seenBalls({ tracks, frames }: TracksFile): (TruthBox | undefined)[] {
  const best: { box: TruthBox; confidence: number }[] = []
  for (const track of tracks) {
    if (track.class !== 'sports ball') continue
    for (const { frame, bbox, confidence } of track.frames) {
      if (confidence > (best[frame]?.confidence ?? -1)) best[frame] = { box: bbox, confidence }
    }
  }
  return Array.from({ length: frames }, (_, frame) => best[frame]?.box)
}

/** Mean absolute third difference per s³; differences that span a break are left out. */
export function meanJerk(values: readonly number[], breaks: ReadonlySet<number>, framesPerSecond: number): number {
  let [sum, count] = [0, 0]
  for (let i = 3; i < values.length; i++) {
    if (breaks.has(i) || breaks.has(i - 1) || breaks.has(i - 2)) continue
    const [a = 0, b = 0, c = 0, d = 0] = values.slice(i - 3, i + 1)
    sum += Math.abs(d - 3 * c + 3 * b - a)
    count++
  }
  return count === 0 ? 0 : (sum / count) * framesPerSecond ** 3
}

const PLACES = 240

/** What the quickest eye could do: the most balls in frame over all paths that keep the speed limit (dynamic programming). */
function bestShare(
  match: FilmedMatch,
  balls: readonly (TruthBox | undefined)[],
  cropWidth: number,
  step: number,
): number {
  const reach = match.widthPx - cropWidth
  const leap = Math.max(1, Math.floor((step * cropWidth * (PLACES - 1)) / reach))
  let score = new Float64Array(PLACES)
  let count = 0
  for (const [frame, ball] of balls.entries()) {
    const before = score
    const best = Math.max(...before)
    score = before.map((_, place) => {
      if (match.cuts.includes(frame)) return best
      let most = -1
      for (let from = Math.max(0, place - leap); from <= Math.min(PLACES - 1, place + leap); from++) {
        most = Math.max(most, before[from] ?? 0)
      }
      return most
    })
    if (ball === undefined) continue
    count++
    score = score.map((value, place) => {
      const left = (reach * place) / (PLACES - 1)
      return value + (ball[0] >= left && ball[2] <= left + cropWidth ? 1 : 0)
    })
  }
  return count === 0 ? 1 : Math.max(...score) / count
}
