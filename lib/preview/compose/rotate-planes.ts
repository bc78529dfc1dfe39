import type { FrameSize } from '#lib/core/render/frame-size.ts'
import { type Plane, planarFrame } from '#lib/core/render/planar-frame.ts'

export type Rotation = 0 | 90 | 180 | 270

/**
 * Turns a 4:2:0 picture clockwise, sample by sample, as a player does with what a phone's sensor saw.
 * @param size of `from`; `to` has it turned as well
 */
export function rotatePlanes(from: Uint8Array, size: FrameSize, rotation: Rotation, to: Uint8Array): void {
  const turned = rotation % 180 === 0 ? size : { width: size.height, height: size.width }
  const [source, target] = [planarFrame(size), planarFrame(turned)]
  for (const index of [0, 1, 2] as const) rotatePlane(from, source[index], rotation, to, target[index])
}

function rotatePlane(from: Uint8Array, source: Plane, rotation: Rotation, to: Uint8Array, target: Plane): void {
  const { width, height, offset } = source
  // Where the target's first sample comes from, and the steps in the source for one to the right and one down.
  const [start, right, down] = {
    0: [0, 1, width],
    90: [(height - 1) * width, -width, 1],
    180: [width * height - 1, -1, -width],
    270: [width - 1, width, -1],
  }[rotation] as [number, number, number]
  let write = target.offset
  for (let row = 0; row < target.height; row++) {
    let read = offset + start + row * down
    for (let column = 0; column < target.width; column++, read += right) to[write++] = from[read] as number
  }
}
