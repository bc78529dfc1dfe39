import type { Box, Scene } from './lanes.ts'

const BAR_PX = 3

/** How loud it is: where a crowd cheers, something happened. */
export function drawSound(context: CanvasRenderingContext2D, scene: Scene, { top, height }: Box): void {
  const { view, palette, media } = scene
  context.fillStyle = palette.raised
  context.fillRect(0, top, view.widthPx, height)
  if (!media) return
  context.fillStyle = palette.control
  for (let x = 0; x < view.widthPx; x += BAR_PX) {
    const startS = view.startS + x / view.pxPerS
    if (startS > view.durationS) break
    const level = media.level(startS, startS + BAR_PX / view.pxPerS)
    if (level === undefined) continue
    const bar = Math.max(1, level * (height - 4))
    context.fillRect(x, top + (height - bar) / 2, BAR_PX - 1, bar)
  }
}
