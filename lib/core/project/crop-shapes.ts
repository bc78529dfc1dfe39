import type { Rectangle } from '#lib/contracts/geometry.ts'
import type { Aspect } from '#lib/contracts/project.ts'
import { autoCropSize, type Size } from '#lib/core/media/rendered-size.ts'
import { clampCrop } from '#lib/core/render/crop-path.ts'

/** Width over height; null: the source's own shape. */
export function aspectRatio(aspect: Aspect): number | null {
  if (aspect === 'source') return null
  const [across = 1, down = 1] = aspect.split(':').map(Number)
  return across / down
}

/** The size people share an aspect at (1080 × 1920 for 9:16); null: the source's own. */
export function sharedSize(aspect: Aspect): Size | null {
  return aspect === 'source' ? null : autoCropSize({ target_aspect: aspect })
}

/** The largest crop of a shape that fits, in the middle. */
export function largestCrop(ratio: number, source: Size): Rectangle {
  const height = Math.min(source.height, source.width / ratio)
  const width = height * ratio
  return { x: (source.width - width) / 2, y: (source.height - height) / 2, width, height }
}

/** The same centre and the same zoom in another shape, inside the picture. */
export function reshapeCrop(crop: Rectangle, ratio: number, source: Size): Rectangle {
  const zoom = Math.min(1, crop.height / largestCrop(crop.width / crop.height, source).height)
  const largest = largestCrop(ratio, source)
  const [width, height] = [largest.width * zoom, largest.height * zoom]
  const x = crop.x + (crop.width - width) / 2
  const y = crop.y + (crop.height - height) / 2
  return clampCrop({ x, y, width, height }, source)
}
