import { LANES, type PlacedLane, type Scene } from './lanes.ts'
import { xOf } from './timeline-view.ts'

/** Everything, in CSS pixels of a context that is scaled to the screen's. */
export function drawTimeline(context: CanvasRenderingContext2D, scene: Scene, lanes: readonly PlacedLane[]): void {
  const { view, palette, playheadS, snapS } = scene
  const last = lanes.at(-1)
  const height = last ? last.top + last.height : 0
  context.clearRect(0, 0, view.widthPx, height)
  for (const lane of lanes) {
    context.save()
    context.beginPath()
    context.rect(0, lane.top, view.widthPx, lane.height)
    context.clip()
    LANES[lane.id].draw(context, scene, lane)
    context.restore()
  }
  if (snapS !== null) {
    context.fillStyle = palette.sky
    context.fillRect(Math.round(xOf(view, snapS)), 0, 1, height)
  }
  drawPlayhead(context, Math.round(xOf(view, playheadS)), height, palette.ball)
}

function drawPlayhead(context: CanvasRenderingContext2D, x: number, height: number, colour: string): void {
  context.fillStyle = colour
  context.fillRect(x - 1, 0, 2, height)
  context.beginPath()
  context.moveTo(x - 7, 0)
  context.lineTo(x + 7, 0)
  context.lineTo(x + 7, 7)
  context.lineTo(x, 14)
  context.lineTo(x - 7, 7)
  context.fill()
}
