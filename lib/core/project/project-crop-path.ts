import type { CropPath } from '#lib/contracts/geometry.ts'
import type { ProjectCrop } from '#lib/contracts/project.ts'
import type { Size } from '#lib/core/media/rendered-size.ts'
import { aspectRatio, largestCrop } from './crop-shapes.ts'
import { smoothCrop } from './smooth-crop.ts'

/** Displayed size and usual rate of the source. */
export interface ProjectSource extends Size {
  readonly fps: number
}

/** The path the camera takes, for preview and export alike; null: the picture is not cropped. Sample it with `createCropSampler`. */
export function projectCropPath(crop: ProjectCrop, source: ProjectSource): CropPath | null {
  const ratio = aspectRatio(crop.aspect)
  if (ratio === null) return null
  if (crop.fill === 'fit') return [{ frame: 0, x: 0, y: 0, width: source.width, height: source.height }]
  if (crop.keyframes.length === 0) return [{ frame: 0, ...largestCrop(ratio, source) }]
  return smoothCrop(crop.keyframes, crop.smoothing, source).map(({ source: _madeBy, ...keyframe }) => keyframe)
}
