import type { Rectangle } from '#lib/contracts/geometry.ts'
import type { Highlight, Label } from '#lib/core/render/compositor.ts'
import { createCropSampler } from '#lib/core/render/crop-path.ts'
import { createHighlightSampler } from '#lib/core/render/highlight.ts'
import type { RenderPlan } from './plan-render.ts'

/** What happens to one frame. */
export interface FrameScene {
  readonly crop: Rectangle
  readonly highlight: Highlight | undefined
  readonly label: Label | undefined
}

/** Says for a source frame what is to be composed; `undefined` when it goes out as it came in. */
export type Scene = (sourceFrame: number, label: Label | undefined) => FrameScene | undefined

export function createScene({ request, decoded, composed, colour }: RenderPlan): Scene {
  const { width, height } = decoded
  const whole: Rectangle = { x: 0, y: 0, width, height }
  const crops = request.crop && createCropSampler(request.crop, decoded)
  const ellipses = request.highlight && createHighlightSampler(request.highlight.regions, request.tracks)
  const sameSize = width === composed.width && height === composed.height
  return (sourceFrame, label) => {
    const crop = crops?.at(sourceFrame) ?? whole
    const shown = ellipses?.at(sourceFrame) ?? []
    const highlight =
      request.highlight === undefined || shown.length === 0
        ? undefined
        : { effect: request.highlight.effect, ellipses: shown, matrix: colour.yuv.matrix }
    const untouched = sameSize && highlight === undefined && label === undefined && isWhole(crop, whole)
    return untouched ? undefined : { crop, highlight, label }
  }
}

function isWhole(crop: Rectangle, whole: Rectangle): boolean {
  return crop.x === 0 && crop.y === 0 && crop.width === whole.width && crop.height === whole.height
}
