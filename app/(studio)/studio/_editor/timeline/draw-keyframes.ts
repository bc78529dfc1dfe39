import { isDoubtful } from '#lib/core/project/crop-keyframes.ts'
import type { Box, Scene } from './lanes.ts'
import { xOf } from './timeline-view.ts'

const HALF = 4

/** Crop keyframes: the user's are diamonds, automatic ones dots, hollow where they are worth a look. A cut has a bar. */
export function drawKeyframes(context: CanvasRenderingContext2D, scene: Scene, { top, height }: Box): void {
  const { view, palette, document, clock } = scene
  const chosen = new Set(scene.keyframes)
  context.fillStyle = palette.raised
  context.fillRect(0, top, view.widthPx, height)
  const y = top + height / 2
  for (const keyframe of document.crop.keyframes) {
    const { frame, source, cut } = keyframe
    const x = xOf(view, clock.timeOf(frame))
    if (x < -HALF || x > view.widthPx + HALF) continue
    if (cut) {
      context.fillStyle = palette.lineStrong
      context.fillRect(Math.round(x) - 1, top + 2, 2, height - 4)
    }
    if (chosen.has(frame)) {
      context.fillStyle = palette.ballWash
      context.strokeStyle = palette.ball
      context.lineWidth = 1.5
      context.beginPath()
      context.arc(x, y, HALF + 4, 0, 2 * Math.PI)
      context.fill()
      context.stroke()
    }
    context.beginPath()
    if (source === 'manual') {
      context.moveTo(x, y - HALF)
      context.lineTo(x + HALF, y)
      context.lineTo(x, y + HALF)
      context.lineTo(x - HALF, y)
      context.fillStyle = palette.ball
    } else {
      context.arc(x, y, HALF - 1, 0, 2 * Math.PI)
      context.fillStyle = isDoubtful(keyframe) ? palette.bg : palette.sky
      context.strokeStyle = palette.sky
      context.lineWidth = 1.5
      context.stroke()
    }
    context.fill()
  }
}
