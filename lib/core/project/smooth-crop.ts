import type { Rectangle } from '#lib/contracts/geometry.ts'
import type { CropPoint } from '#lib/contracts/project.ts'
import type { Size } from '#lib/core/media/rendered-size.ts'
import { createCropSampler } from '#lib/core/render/crop-path.ts'

/** Standard deviation, seconds, at smoothing 1. */
const LARGEST_SIGMA_S = 0.7
/** Samples of the path on each side of a keyframe: three standard deviations. */
const SAMPLES = 12

/**
 * A calmer path: every automatic keyframe becomes the mean of the path around it, weighted by a Gaussian in time, so the camera does
 * not lag. Manual keyframes stay where they are, and nothing is averaged across a cut.
 */
export function smoothCrop(
  keyframes: readonly CropPoint[],
  smoothing: number,
  source: Size & { readonly fps: number },
): readonly CropPoint[] {
  const sigmaFrames = smoothing * LARGEST_SIGMA_S * source.fps
  if (!(sigmaFrames > 0)) return keyframes
  return takesOf(keyframes).flatMap((take) => smoothTake(take, sigmaFrames, source))
}

function takesOf(keyframes: readonly CropPoint[]): CropPoint[][] {
  const takes: CropPoint[][] = []
  for (const keyframe of keyframes) {
    const take = takes.at(-1)
    if (take && !keyframe.cut) take.push(keyframe)
    else takes.push([keyframe])
  }
  return takes
}

function smoothTake(take: CropPoint[], sigmaFrames: number, source: Size): CropPoint[] {
  const sampler = createCropSampler(take, source)
  return take.map((keyframe) =>
    keyframe.source === 'manual' ? keyframe : { ...keyframe, ...meanAround(sampler.at, keyframe.frame, sigmaFrames) },
  )
}

function meanAround(at: (frame: number) => Rectangle, frame: number, sigmaFrames: number): Rectangle {
  let total = 0
  const sum = { x: 0, y: 0, width: 0, height: 0 }
  for (let i = -SAMPLES; i <= SAMPLES; i += 1) {
    const distance = (3 * i) / SAMPLES
    const weight = Math.exp(-(distance * distance) / 2)
    const crop = at(Math.max(0, frame + distance * sigmaFrames))
    total += weight
    for (const key of ['x', 'y', 'width', 'height'] as const) sum[key] += weight * crop[key]
  }
  return { x: sum.x / total, y: sum.y / total, width: sum.width / total, height: sum.height / total }
}
