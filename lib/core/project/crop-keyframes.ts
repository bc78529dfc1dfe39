import type { CropPoint } from '#lib/contracts/project.ts'
import type { AutoCropResult } from '#lib/contracts/tasks/auto-crop.ts'
import type { Size } from '#lib/core/media/rendered-size.ts'

/** An automatic keyframe less sure than this is worth a look. */
export const DOUBTFUL_BELOW = 0.6

/** Keyframes here are ordered by frame, as a project has them. */
type Keyframes = readonly CropPoint[]

/** Index of the last keyframe at or before a frame, -1 when there is none. */
export function keyframeIndex(keyframes: Keyframes, frame: number): number {
  let [low, high] = [-1, keyframes.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((keyframes[middle]?.frame ?? 0) <= frame) low = middle
    else high = middle - 1
  }
  return low
}

export function keyframeAt(keyframes: Keyframes, frame: number): CropPoint | undefined {
  const keyframe = keyframes[keyframeIndex(keyframes, frame)]
  return keyframe?.frame === frame ? keyframe : undefined
}

export function isDoubtful({ source, confidence }: CropPoint): boolean {
  return source === 'auto' && confidence !== undefined && confidence < DOUBTFUL_BELOW
}

/** The next keyframe after a frame that is worth a look; after the last, the first. */
export function nextDoubtful(keyframes: Keyframes, frame: number): CropPoint | undefined {
  const from = keyframeIndex(keyframes, frame) + 1
  return keyframes.slice(from).find(isDoubtful) ?? keyframes.find(isDoubtful)
}

/**
 * Where a keyframe dragged to a frame may be put: there, else the nearest frame without another keyframe, towards where it was. So that
 * dragging one across others takes none of them away.
 */
export function freeFrame(keyframes: Keyframes, moved: number, to: number, frames: number): number {
  let target = Math.min(Math.max(0, frames - 1), Math.max(0, Math.round(to)))
  const step = Math.sign(moved - target)
  while (target !== moved && keyframeAt(keyframes, target)) target += step
  return target
}

/** Why a keyframe is there, in one line: "Follows the ball", "Set by you". */
export function describeReason({ source, reason }: CropPoint): string {
  if (source === 'manual') return 'Set by you'
  const text = reason?.trim() ?? ''
  return text === '' ? 'Found automatically' : text.charAt(0).toUpperCase() + text.slice(1)
}

/** How sure auto-crop was, in words: "92 % sure"; null where nobody asked. */
export function describeConfidence({ source, confidence }: CropPoint): string | null {
  if (source === 'manual' || confidence === undefined) return null
  return `${Math.round(confidence * 100)} % sure`
}

/** What auto-crop found as a project's keyframes, in the pixels of the source as the project knows it. */
export function cropPointsOf(result: AutoCropResult, source: Size): CropPoint[] {
  const [across, down] = [source.width / result.width, source.height / result.height]
  return result.crop_keyframes.map(({ x, y, width, height, ...keyframe }) => ({
    ...keyframe,
    x: x * across,
    y: y * down,
    width: width * across,
    height: height * down,
    source: 'auto',
  }))
}
