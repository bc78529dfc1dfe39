import { type FrameLayout, lumaBytes } from '#gpu/media/frames.ts'
import type { Detection } from '#lib/core/tracking/types.ts'

const WHITE = 235
const THICKNESS = 2

/** Draws white boxes into a 4:2:0 frame of `layout`, whose pixels are `scale` times as many a side as those the boxes are in. */
export function drawBoxes(
  frame: Uint8Array,
  layout: FrameLayout,
  detections: readonly Detection[],
  scale: { readonly x: number; readonly y: number },
): void {
  const { width, height } = layout
  const luma = frame.subarray(0, lumaBytes(layout))
  const clamp = (value: number, limit: number) => Math.max(0, Math.min(limit, Math.round(value)))
  for (const { box } of detections) {
    const [left, right] = [clamp(box[0] * scale.x, width), clamp(box[2] * scale.x, width)]
    const [top, bottom] = [clamp(box[1] * scale.y, height), clamp(box[3] * scale.y, height)]
    for (let y = top; y < bottom; y++) {
      const line = y * width
      if (y < top + THICKNESS || y >= bottom - THICKNESS) {
        luma.fill(WHITE, line + left, line + right)
        continue
      }
      luma.fill(WHITE, line + left, line + Math.min(right, left + THICKNESS))
      luma.fill(WHITE, line + Math.max(left, right - THICKNESS), line + right)
    }
  }
}
