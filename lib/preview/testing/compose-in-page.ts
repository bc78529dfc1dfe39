import { ALL_FORMATS, Input, UrlSource, VideoSampleSink } from 'mediabunny'
import type { FrameSize } from '#lib/core/render/frame-size.ts'
import { createScene, type SceneSpec } from '#lib/core/render/scene.ts'
import { PreviewCanvas } from '#lib/preview/compose/preview-canvas.ts'
import { SceneComposer } from '#lib/preview/compose/scene-composer.ts'

export interface ComposedFrame {
  /** Planar 4:2:0 in base64. */
  readonly planes: string
  readonly isExact: boolean
}

/** Decodes a video with WebCodecs and composes some of its frames: what the studio's preview does, without its page. */
async function composeFrames(url: string, spec: SceneSpec, wanted: readonly number[]): Promise<ComposedFrame[]> {
  const input = new Input({ source: new UrlSource(new URL(url, location.href)), formats: ALL_FORMATS })
  const track = await input.getPrimaryVideoTrack()
  if (!track) throw new Error('there is no video')
  const scene = createScene(spec)
  const composer = await SceneComposer.open({ source: spec.source, output: spec.output, range: 'limited' })
  const composed: ComposedFrame[] = []
  let index = 0
  for await (const sample of new VideoSampleSink(track).samples()) {
    if (wanted.includes(index)) {
      const frame = sample.toVideoFrame()
      const isExact = await composer.hold(frame, sample.rotation)
      frame.close()
      composed.push({ planes: toBase64(composer.composePlanes(scene.at(index))), isExact })
    }
    sample.close()
    index += 1
  }
  return composed
}

/** What comes out on the screen: the composed frame drawn on a canvas and read back, four bytes a pixel in base64. */
async function drawFrame(url: string, spec: SceneSpec, wanted: number): Promise<string> {
  const input = new Input({ source: new UrlSource(new URL(url, location.href)), formats: ALL_FORMATS })
  const track = await input.getPrimaryVideoTrack()
  if (!track) throw new Error('there is no video')
  const composer = await SceneComposer.open({ source: spec.source, output: spec.output, range: 'limited' })
  let index = 0
  for await (const sample of new VideoSampleSink(track).samples()) {
    const frame = sample.toVideoFrame()
    const { rotation } = sample
    sample.close()
    if (index === wanted) await composer.hold(frame, rotation)
    frame.close()
    if (index++ === wanted) break
  }
  const shown = composer.compose(createScene(spec).at(wanted))
  const rgba = readBack(shown, spec.output)
  shown.close()
  return toBase64(rgba)
}

/**
 * Plays a video's frames to a preview canvas as fast as they decode, then lets it show one frame and change its scene.
 * @returns frames drawn, and the canvas' middle pixel under the scene and under the other one
 */
async function playToCanvas(
  url: string,
  spec: SceneSpec,
  other: SceneSpec,
): Promise<{ drawn: number[]; before: number[]; after: number[] }> {
  const input = new Input({ source: new UrlSource(new URL(url, location.href)), formats: ALL_FORMATS })
  const track = await input.getPrimaryVideoTrack()
  if (!track) throw new Error('there is no video')
  const canvas = document.createElement('canvas')
  const drawn: number[] = []
  let hear: () => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  const preview = new PreviewCanvas(canvas, {
    onDrawn({ index }) {
      drawn.push(index)
      hear()
    },
    onFailed: (message) => fail(new Error(message)),
  })
  preview.setScene(spec, 'limited')
  let index = 0
  for await (const sample of new VideoSampleSink(track).samples()) {
    preview.show(sample.toVideoFrame(), index++, sample.rotation)
    sample.close()
  }
  await new Promise<void>((resolve, reject) => {
    hear = () => drawn.at(-1) === index - 1 && resolve()
    fail = reject
    hear()
  })
  const before = await middle(canvas)
  preview.setScene(other, 'limited')
  let after = before
  while (after.join() === before.join()) after = await middle(canvas)
  preview.close()
  return { drawn, before, after }
}

/** Drawn once the page has been painted. */
async function middle(canvas: HTMLCanvasElement): Promise<number[]> {
  await new Promise(requestAnimationFrame)
  const picture = await createImageBitmap(canvas)
  const context = new OffscreenCanvas(1, 1).getContext('2d')
  context?.drawImage(picture, -picture.width / 2, -picture.height / 2)
  return [...(context?.getImageData(0, 0, 1, 1).data ?? [])]
}

function readBack(frame: VideoFrame, { width, height }: FrameSize): Uint8Array {
  const context = new OffscreenCanvas(width, height).getContext('2d')
  if (!context) throw new Error('no canvas')
  context.drawImage(frame, 0, 0)
  return new Uint8Array(context.getImageData(0, 0, width, height).data.buffer)
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}

const composing = { composeFrames, drawFrame, playToCanvas }
declare global {
  /** What a test calls in the page. */
  var composingPage: typeof composing
  var isReady: boolean
}
globalThis.composingPage = composing
globalThis.isReady = true
