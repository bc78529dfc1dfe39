import type { Label } from '#lib/core/render/compositor.ts'
import type { FrameSize } from '#lib/core/render/frame-size.ts'
import { frameBytes, planarFrame } from '#lib/core/render/planar-frame.ts'

/**
 * Lays a label over a finished 4:2:0 frame that the compositor never sees, because a network made it. In place; parts outside the frame
 * are not drawn. `luma` and `chroma` (Cb, then Cr) are the frame's planes.
 */
export function blendLabel(luma: Uint8Array, chroma: Uint8Array, size: FrameSize, label: Label): void {
  const alphaAt = frameBytes(label)
  const pictures = planarFrame(label)
  for (const [index, plane] of planarFrame(size).entries()) {
    const picture = pictures[index] ?? pictures[0]
    const step = index === 0 ? 1 : 2
    const [left, top] = [Math.round(label.x / 2) * (2 / step), Math.round(label.y / 2) * (2 / step)]
    const target = index === 0 ? luma : chroma
    const offset = index === 0 ? 0 : plane.offset - luma.length
    for (let row = Math.max(0, -top); row < Math.min(picture.height, plane.height - top); row += 1) {
      for (let column = Math.max(0, -left); column < Math.min(picture.width, plane.width - left); column += 1) {
        // Of the two luma rows a chroma sample lies between, at the luma column it is sited on.
        const above = alphaAt + row * step * label.width + column * step
        const below = row * step + 1 < label.height ? above + (step - 1) * label.width : above
        const alpha = ((label.pixels[above] ?? 0) + (label.pixels[below] ?? 0)) / 2
        if (alpha === 0) continue
        const at = offset + (top + row) * plane.width + left + column
        const over = label.pixels[picture.offset + row * picture.width + column] ?? 0
        target[at] = Math.round(((target[at] ?? 0) * (255 - alpha) + over * alpha) / 255)
      }
    }
  }
}
