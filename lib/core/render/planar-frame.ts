import type { FrameSize } from './frame-size.ts'

/**
 * 8-bit planar 4:2:0 as a raw pipe carries it (`yuv420p`, I420): luma rows, then Cb, then Cr, without padding. Odd sizes have
 * `ceil(width / 2) × ceil(height / 2)` chroma samples.
 */
export interface Plane extends FrameSize {
  /** Bytes from the frame's start. */
  readonly offset: number
}

export type Planes = readonly [luma: Plane, cb: Plane, cr: Plane]

export function planarFrame({ width, height }: FrameSize): Planes {
  const chroma = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) }
  const luma = width * height
  return [
    { width, height, offset: 0 },
    { ...chroma, offset: luma },
    { ...chroma, offset: luma + chroma.width * chroma.height },
  ]
}

export function frameBytes(size: FrameSize): number {
  const [luma, cb, cr] = planarFrame(size)
  return luma.width * luma.height + cb.width * cb.height + cr.width * cr.height
}
