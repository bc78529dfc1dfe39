import type { BoundingBox } from '#lib/contracts/geometry.ts'
import { enlarge } from '#lib/core/tracking/affine.ts'
import type { Affine, Detection } from '#lib/core/tracking/types.ts'
import { cameraMotion } from './camera-motion.ts'
import { type LumaPlane, type Pyramid, reduceLuma } from './luma-plane.ts'

/** Pixels along the longer side of the pictures that camera motion is measured on. */
const SIDE = 320
/** Detections below this are as often background as people. */
const SURE = 0.3

/** Reduces a frame to what camera motion is measured on. */
export function reduceForCamera(luma: Uint8Array, width: number, height: number): LumaPlane {
  return reduceLuma(luma, width, height, Math.max(1, Math.floor(Math.max(width, height) / SIDE)))
}

/** Measures the camera's motion from frame to frame of one video, in pixels of the displayed frame, people masked out. */
export class CameraFollower {
  readonly #source: { readonly width: number; readonly height: number }
  #pyramid: Pyramid | undefined
  #people: readonly BoundingBox[] = []

  constructor(source: { readonly width: number; readonly height: number }) {
    this.#source = source
  }

  /** Motion since the frame before; `undefined` when it cannot be told (the first frame, a cut). `detections` are this frame's. */
  next(plane: LumaPlane, detections: readonly Detection[]): Affine | undefined {
    const [scaleX, scaleY] = [this.#source.width / plane.width, this.#source.height / plane.height]
    const { camera, pyramid } = cameraMotion(this.#pyramid, plane, this.#people)
    this.#pyramid = pyramid
    // Points are taken where the frame before had no people.
    this.#people = detections.flatMap(({ box: [x1, y1, x2, y2], score }) =>
      score < SURE ? [] : [[x1 / scaleX, y1 / scaleY, x2 / scaleX, y2 / scaleY] as BoundingBox],
    )
    return camera && enlarge(camera, scaleX, scaleY)
  }
}
