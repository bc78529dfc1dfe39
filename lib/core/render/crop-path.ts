import type { CropKeyframe, CropPath, Rectangle } from '#lib/contracts/geometry.ts'
import type { FrameSize } from './frame-size.ts'

/** The crop at a frame, inside the picture. Fast for frames in order; frames in any order cost a binary search. */
export interface CropSampler {
  at(frame: number): Rectangle
}

/**
 * Samples a path and keeps every crop inside a picture of `size`. Linear between keyframes, held before the first and after the last; a
 * keyframe with `cut` is jumped to.
 */
export function createCropSampler(path: CropPath, size: FrameSize): CropSampler {
  let previous = 0
  return {
    at(frame) {
      previous = keyframeBefore(path, frame, previous)
      return clampCrop(cropBetween(path[previous], path[previous + 1], frame), size)
    },
  }
}

/**
 * Moves a crop inside the picture by the shortest way. A side longer than the picture's becomes the picture's; where that changes the
 * shape, the crop is shown whole like any other that is not of the output's shape.
 */
export function clampCrop(crop: Rectangle, size: FrameSize): Rectangle {
  const width = Math.min(size.width, crop.width)
  const height = Math.min(size.height, crop.height)
  const x = crop.x + (crop.width - width) / 2
  const y = crop.y + (crop.height - height) / 2
  return { x: within(x, size.width - width), y: within(y, size.height - height), width, height }
}

/** Index of the last keyframe at or before `frame`, 0 when there is none; starts looking at `hint`. */
function keyframeBefore(path: CropPath, frame: number, hint: number): number {
  for (let index = hint; index < hint + 2; index += 1) if (holds(path, index, frame)) return index
  let [low, high] = [0, path.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((path[middle]?.frame ?? 0) <= frame) low = middle
    else high = middle - 1
  }
  return low
}

function holds(path: CropPath, index: number, frame: number): boolean {
  const next = path[index + 1]
  return (path[index]?.frame ?? Number.POSITIVE_INFINITY) <= frame && (next === undefined || frame < next.frame)
}

function cropBetween(from: CropKeyframe | undefined, to: CropKeyframe | undefined, frame: number): Rectangle {
  if (!from) throw new RangeError('a crop path has at least one keyframe')
  const { x, y, width, height } = from
  if (!to || to.cut || frame <= from.frame) return { x, y, width, height }
  const t = (frame - from.frame) / (to.frame - from.frame)
  return {
    x: x + (to.x - x) * t,
    y: y + (to.y - y) * t,
    width: width + (to.width - width) * t,
    height: height + (to.height - height) * t,
  }
}

function within(value: number, largest: number): number {
  return Math.min(Math.max(value, 0), largest)
}
