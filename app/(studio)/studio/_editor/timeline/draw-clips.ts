import { clipName } from '#lib/core/project/to-task-request.ts'
import { drawSuggested } from './draw-suggested.ts'
import type { Box, Scene } from './lanes.ts'
import { xOf } from './timeline-view.ts'

const INSET = 4
const HANDLE_PX = 5

/** Clips by time; those that are kept are filled, the others only outlined. Selected ones lie on top and show their handles. */
export function drawClips(context: CanvasRenderingContext2D, scene: Scene, { top, height }: Box): void {
  const { view, palette, document, selected, markInS, playheadS } = scene
  context.fillStyle = palette.bg
  context.fillRect(0, top, view.widthPx, height)
  drawSuggested(context, scene, { top, height })
  if (markInS !== null) drawMark(context, scene, { top, height }, markInS, playheadS)
  const chosen = new Set(selected)
  for (const onTop of [false, true])
    for (const [index, clip] of document.clips.entries()) {
      if (chosen.has(clip.id) !== onTop) continue
      const [left, right] = [xOf(view, clip.start_time), xOf(view, clip.end_time)]
      if (right < 0 || left > view.widthPx) continue
      drawClip(
        context,
        scene,
        { top, height },
        { left, right, kept: clip.kept, selected: onTop, name: clipName(clip.label, index) },
      )
    }
}

interface DrawnClip {
  readonly left: number
  readonly right: number
  readonly kept: boolean
  readonly selected: boolean
  readonly name: string
}

function drawClip(context: CanvasRenderingContext2D, { palette }: Scene, box: Box, clip: DrawnClip): void {
  const [x, y] = [Math.round(clip.left), box.top + INSET]
  const [width, height] = [Math.max(2, Math.round(clip.right) - x), box.height - 2 * INSET]
  context.beginPath()
  context.roundRect(x, y, width, height, 5)
  context.fillStyle = clip.kept ? palette.grassBand : palette.surface
  context.fill()
  context.strokeStyle = clip.selected ? palette.ball : clip.kept ? palette.grass : palette.lineStrong
  context.lineWidth = clip.selected ? 2 : 1
  context.stroke()
  if (clip.selected) {
    context.fillStyle = palette.ball
    context.beginPath()
    context.roundRect(x, y, Math.min(HANDLE_PX, width), height, [5, 0, 0, 5])
    context.roundRect(Math.max(x, x + width - HANDLE_PX), y, Math.min(HANDLE_PX, width), height, [0, 5, 5, 0])
    context.fill()
  }
  if (width < 28) return
  context.save()
  context.beginPath()
  context.rect(x + 10, y, width - 18, height)
  context.clip()
  context.font = `600 12px ${palette.fontFamily}`
  context.textBaseline = 'middle'
  context.fillStyle = clip.kept ? palette.text : palette.muted
  context.fillText(clip.name, Math.max(x, 0) + 10, y + height / 2 + 0.5)
  context.restore()
}

function drawMark(
  context: CanvasRenderingContext2D,
  { view, palette }: Scene,
  box: Box,
  fromS: number,
  toS: number,
): void {
  const [a, b] = [xOf(view, fromS), xOf(view, toS)]
  context.fillStyle = palette.ballWash
  context.fillRect(Math.min(a, b), box.top, Math.max(2, Math.abs(b - a)), box.height)
  context.fillStyle = palette.ball
  context.fillRect(Math.round(a) - 1, box.top, 2, box.height)
}
