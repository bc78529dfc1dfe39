import type { Box, Scene } from './lanes.ts'
import { xOf } from './timeline-view.ts'

const HALF = 4

/** Crop keyframes: the user's are diamonds, automatic ones dots that are fainter the less sure they are. */
export function drawKeyframes(context: CanvasRenderingContext2D, scene: Scene, { top, height }: Box): void {
  const { view, palette, document, clock } = scene
  context.fillStyle = palette.raised
  context.fillRect(0, top, view.widthPx, height)
  const y = top + height / 2
  for (const { frame, source, confidence } of document.crop.keyframes) {
    const x = xOf(view, clock.timeOf(frame))
    if (x < -HALF || x > view.widthPx + HALF) continue
    context.beginPath()
    if (source === 'manual') {
      context.moveTo(x, y - HALF)
      context.lineTo(x + HALF, y)
      context.lineTo(x, y + HALF)
      context.lineTo(x - HALF, y)
      context.fillStyle = palette.ball
    } else {
      context.arc(x, y, HALF - 1, 0, 2 * Math.PI)
      context.globalAlpha = 0.4 + 0.6 * (confidence ?? 1)
      context.fillStyle = palette.sky
    }
    context.fill()
    context.globalAlpha = 1
  }
}
