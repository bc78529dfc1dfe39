import { formatClock } from '#app/_components/format/format-duration.ts'
import type { Box, Scene } from './lanes.ts'
import { xOf } from './timeline-view.ts'

const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]
const LABEL_PX = 72

/** Marks with times; frames show as ticks when they are far enough apart. */
export function drawRuler(context: CanvasRenderingContext2D, scene: Scene, { top, height }: Box): void {
  const { view, palette, clock } = scene
  const stepS = STEPS_S.find((step) => step * view.pxPerS >= LABEL_PX) ?? 3600
  const endS = Math.min(view.durationS, view.startS + view.widthPx / view.pxPerS)
  context.font = `500 11px ${palette.fontFamily}`
  context.textBaseline = 'middle'
  const framePx = view.pxPerS * (clock.timeOf(1) - clock.timeOf(0))
  if (framePx >= 6) {
    context.fillStyle = palette.line
    for (let frame = clock.frameAt(view.startS); clock.timeOf(frame) <= endS && frame < clock.frames; frame += 1)
      context.fillRect(Math.round(xOf(view, clock.timeOf(frame))), top + height - 5, 1, 5)
  }
  for (let step = Math.floor(view.startS / stepS); step * stepS <= endS; step += 1) {
    const x = Math.round(xOf(view, step * stepS))
    context.fillStyle = palette.lineStrong
    context.fillRect(x, top + height - 9, 1, 9)
    context.fillStyle = palette.muted
    context.fillText(label(step * stepS, stepS), x + 5, top + height / 2 - 1)
  }
}

function label(timeS: number, stepS: number): string {
  if (stepS >= 1) return formatClock(timeS + 1e-6)
  const tenths = Math.round(timeS * 10)
  return `${formatClock(Math.floor(tenths / 10))}.${tenths % 10}`
}
