import type { Box, Scene } from './lanes.ts'
import { xOf } from './timeline-view.ts'

/** Clips that could be made: dashed outlines behind the clips, each between its cuts. */
export function drawSuggested(context: CanvasRenderingContext2D, scene: Scene, { top, height }: Box): void {
  const { view, palette, suggested } = scene
  if (suggested.length === 0) return
  context.save()
  context.strokeStyle = palette.ball
  context.fillStyle = palette.ballWash
  context.setLineDash([4, 3])
  for (const { startS, endS } of suggested) {
    const [left, right] = [Math.round(xOf(view, startS)), Math.round(xOf(view, endS))]
    if (right < 0 || left > view.widthPx) continue
    context.beginPath()
    context.rect(left + 0.5, top + 1.5, Math.max(1, right - left - 1), height - 3)
    context.fill()
    context.stroke()
  }
  context.restore()
}
