import type { FrameLayout } from '#gpu/media/frames.ts'
import type { YuvColour } from '#gpu/onnx/yuv-graph.ts'
import { serveThread, threadData } from '#gpu/threads/worker-thread.ts'
import { cropFace, detectorPictures, faceMask } from './face-pictures.ts'
import { FramePixels } from './frame-pixels.ts'
import type { Similarity } from './similarity.ts'

export interface FacesData {
  readonly layout: FrameLayout
  readonly colour: YuvColour
  /** Side of the restorer's square. */
  readonly side: number
}

export interface RestoredFace {
  readonly toSquare: Similarity
  readonly opacity: number
  /** The restorer's answer: RGB planes in [-1,1]. */
  readonly picture: Float32Array<ArrayBuffer>
}

/** Works on frame `index` of a batch, which is transferred and comes back. */
export type FacesRequest = { readonly buffer: ArrayBuffer; readonly index: number } & (
  | { readonly kind: 'look' }
  | { readonly kind: 'crop'; readonly squares: readonly Similarity[] }
  | { readonly kind: 'paste'; readonly faces: readonly RestoredFace[] }
)
export interface FacesReply {
  readonly buffer: ArrayBuffer
  /** What the detector or the restorer takes; empty after pasting. */
  readonly pictures: readonly Float32Array<ArrayBuffer>[]
}

const { layout, colour, side } = threadData() as FacesData
const mask = faceMask(side)

serveThread<FacesRequest, FacesReply>(async (request) => {
  const { buffer, index } = request
  const pixels = new FramePixels(buffer, layout, index, colour)
  const pictures = picturesFor(request, pixels)
  return { body: { buffer, pictures }, transfer: [buffer, ...pictures.map((picture) => picture.buffer)] }
})

function picturesFor(request: FacesRequest, pixels: FramePixels): Float32Array<ArrayBuffer>[] {
  switch (request.kind) {
    case 'look':
      return detectorPictures(pixels)
    case 'crop':
      return request.squares.map((square) => cropFace(pixels, square, side))
    case 'paste':
      for (const { picture, toSquare, opacity } of request.faces) {
        const shown = picture.map((value) => (value + 1) / 2)
        pixels.paste(shown, mask, side, toSquare, opacity)
      }
      return []
  }
}
