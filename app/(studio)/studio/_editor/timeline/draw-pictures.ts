import type { Box, Scene } from './lanes.ts'
import { xOf } from './timeline-view.ts'

const DEFAULT_ASPECT = 16 / 9

/** A strip of pictures, each at the time of its left edge. Asks the media worker for those that are seen. */
export function drawPictures(context: CanvasRenderingContext2D, scene: Scene, { top, height }: Box): void {
  const { view, palette, media } = scene
  const left = Math.max(0, xOf(view, 0))
  const right = Math.min(view.widthPx, xOf(view, view.durationS))
  context.fillStyle = palette.fill
  context.fillRect(left, top, right - left, height)
  const headers = media?.store.get().headers
  if (!media || !headers) return
  const aspect = headers.width / headers.height || DEFAULT_ASPECT
  const times = pictureTimes(scene, height * aspect)
  media.want(times)
  for (const timeS of times) drawPicture(context, scene, { top, height }, timeS, height * aspect)
}

function drawPicture(context: CanvasRenderingContext2D, scene: Scene, box: Box, timeS: number, widthPx: number): void {
  const { view, media } = scene
  const image = media?.picture(timeS)
  if (!image) return
  const spacing = spacingS(view.pxPerS, widthPx) * view.pxPerS
  const x = Math.round(xOf(view, timeS))
  // Cut to its place, from the middle of the picture.
  const shown = Math.min(spacing, widthPx)
  const sourceWidth = (shown / widthPx) * image.width
  const sourceX = (image.width - sourceWidth) / 2
  context.drawImage(image, sourceX, 0, sourceWidth, image.height, x, box.top, Math.ceil(spacing), box.height)
}

/** Powers of two of a second: zooming in keeps every other picture that is there already. */
function spacingS(pxPerS: number, widthPx: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(0.0625, (0.75 * widthPx) / pxPerS)))
}

export function pictureTimes({ view }: Pick<Scene, 'view'>, widthPx: number): number[] {
  const spacing = spacingS(view.pxPerS, widthPx)
  const endS = Math.min(view.durationS, view.startS + view.widthPx / view.pxPerS)
  const times: number[] = []
  for (let index = Math.floor(view.startS / spacing); index * spacing < endS; index += 1) times.push(index * spacing)
  return times
}
