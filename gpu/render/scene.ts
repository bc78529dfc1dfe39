import type { Label } from '#lib/core/render/compositor.ts'
import { createScene as createPictureScene, type FrameScene as PictureScene } from '#lib/core/render/scene.ts'
import type { RenderPlan } from './plan-render.ts'

/** What happens to one frame. */
export interface FrameScene extends PictureScene {
  readonly label: Label | undefined
}

/** Says for a source frame what is to be composed; `undefined` when it goes out as it came in. */
export type Scene = (sourceFrame: number, label: Label | undefined) => FrameScene | undefined

export function createScene({ request, decoded, composed, colour }: RenderPlan): Scene {
  const { crop, highlight, tracks } = request
  const { matrix } = colour.yuv
  const scene = createPictureScene({ source: decoded, output: composed, crop, highlight, tracks, matrix })
  return (sourceFrame, label) => {
    const picture = scene.at(sourceFrame)
    return label === undefined && scene.isPlain(picture) ? undefined : { ...picture, label }
  }
}
