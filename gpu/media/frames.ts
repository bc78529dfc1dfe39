/**
 * A batch of 4:2:0 frames in one buffer: all luma planes, then for each frame its Cb and Cr plane.
 * ffmpeg pipes frame by frame; this order makes both halves ready-made network tensors.
 */
export interface FrameLayout {
  readonly batch: number
  readonly width: number
  readonly height: number
}

export function lumaBytes({ width, height }: FrameLayout): number {
  return width * height
}

export function chromaBytes({ width, height }: FrameLayout): number {
  return 2 * Math.ceil(width / 2) * Math.ceil(height / 2)
}

export function batchBytes(layout: FrameLayout): number {
  return layout.batch * (lumaBytes(layout) + chromaBytes(layout))
}

/** Luma and chroma of frame `index` inside a batch buffer. */
export function framePlanes(
  buffer: ArrayBuffer,
  layout: FrameLayout,
  index: number,
): { luma: Uint8Array; chroma: Uint8Array } {
  const [luma, chroma] = [lumaBytes(layout), chromaBytes(layout)]
  return {
    luma: new Uint8Array(buffer, index * luma, luma),
    chroma: new Uint8Array(buffer, layout.batch * luma + index * chroma, chroma),
  }
}
