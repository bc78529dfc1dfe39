import type { FrameSize } from '#lib/core/render/frame-size.ts'
import { frameBytes, planarFrame } from '#lib/core/render/planar-frame.ts'
import { frameColour } from './frame-colour.ts'
import { rgbToPlanes } from './rgb-to-planes.ts'
import { type Rotation, rotatePlanes } from './rotate-planes.ts'

/** Chromium's, not yet in the library of types: how far clockwise a frame is to be turned, and whether it is mirrored first. */
interface Turned {
  readonly rotation?: Rotation
  readonly flip?: boolean
}

/**
 * Copies a decoded frame as planar 8-bit 4:2:0 (I420) of its displayed size. Decoders of ordinary videos hand out their very samples; what
 * comes in another shape (10 bits, RGB, pixels that are not square) goes through a canvas.
 * @param size displayed size of the video
 * @param turned clockwise, as the container says, when the frame itself does not (mediabunny's samples)
 * @param to `frameBytes(size)` bytes
 * @returns whether these are the decoder's own samples
 */
export async function readPlanes(
  frame: VideoFrame,
  size: FrameSize,
  turned: Rotation | undefined,
  to: Uint8Array,
): Promise<boolean> {
  const { rotation: own = 0, flip = false } = frame as VideoFrame & Turned
  const rotation = turned ?? own
  const seen = frame.visibleRect
  const upright = rotation % 180 === 0 ? size : { width: size.height, height: size.width }
  const isOwnShape = seen?.width === upright.width && seen.height === upright.height && !flip
  if (!isOwnShape || (frame.format !== 'I420' && frame.format !== 'NV12')) {
    drawPlanes(frame, size, turned === own ? 0 : (turned ?? 0), to)
    return false
  }
  if (rotation === 0) {
    await copySamples(frame, upright, to)
    return true
  }
  const unturned = new Uint8Array(frameBytes(upright))
  await copySamples(frame, upright, unturned)
  rotatePlanes(unturned, upright, rotation, to)
  return true
}

async function copySamples(frame: VideoFrame, size: FrameSize, to: Uint8Array): Promise<void> {
  const [luma, cb, cr] = planarFrame(size)
  if (frame.format === 'I420') {
    await frame.copyTo(to, { layout: [luma, cb, cr].map(({ offset, width }) => ({ offset, stride: width })) })
    return
  }
  // NV12: Cb and Cr alternate.
  const both = new Uint8Array(2 * cb.width * cb.height)
  const whole = new Uint8Array(luma.width * luma.height + both.length)
  await frame.copyTo(whole, {
    layout: [
      { offset: 0, stride: luma.width },
      { offset: luma.width * luma.height, stride: 2 * cb.width },
    ],
  })
  to.set(whole.subarray(0, cb.offset))
  both.set(whole.subarray(cb.offset))
  for (let sample = 0; sample < cb.width * cb.height; sample++) {
    to[cb.offset + sample] = both[2 * sample] as number
    to[cr.offset + sample] = both[2 * sample + 1] as number
  }
}

/** @param rotation still to be done; what the frame says of itself, drawing does */
function drawPlanes(frame: VideoFrame, size: FrameSize, rotation: Rotation, to: Uint8Array): void {
  const canvas = new OffscreenCanvas(size.width, size.height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('this browser gives no canvas to draw on')
  const [width, height] = rotation % 180 === 0 ? [size.width, size.height] : [size.height, size.width]
  context.translate(size.width / 2, size.height / 2)
  context.rotate((rotation * Math.PI) / 180)
  context.drawImage(frame, -width / 2, -height / 2, width, height)
  const { data } = context.getImageData(0, 0, size.width, size.height)
  rgbToPlanes(data, size, frameColour(frame.colorSpace, size), to)
}
