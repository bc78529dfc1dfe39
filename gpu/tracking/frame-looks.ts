import type { Detector } from '#gpu/detect/detector.ts'
import type { DecodedBatch } from '#gpu/media/decoder.ts'
import { framePlanes } from '#gpu/media/frames.ts'
import { copyFrame } from '#gpu/media/stills.ts'
import { reduceForCamera } from './camera-follower.ts'
import type { LumaPlane } from './luma-plane.ts'

/** What is kept of a frame's pixels once the network has taken them. */
export interface FrameLook {
  /** For the camera's motion, when the detector does not measure it. */
  readonly plane: LumaPlane | undefined
  /** The whole 4:2:0 frame, when looks of people are to be taken from it. */
  readonly frame: Uint8Array | undefined
}

/** Looks at every frame of a batch. `everyFrames` says how often a whole frame is kept; 0 is never. */
export function lookAtFrames(
  { buffer, frames }: DecodedBatch,
  { layout, measuresCamera }: Detector,
  firstFrame: number,
  everyFrames: number,
): FrameLook[] {
  return Array.from({ length: frames }, (_, index) => ({
    plane: measuresCamera
      ? undefined
      : reduceForCamera(framePlanes(buffer, layout, index).luma, layout.width, layout.height),
    frame: everyFrames > 0 && (firstFrame + index) % everyFrames === 0 ? copyFrame(buffer, layout, index) : undefined,
  }))
}
