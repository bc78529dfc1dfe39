/**
 * How samples lie in a batch: 4:2:0 of 8 bits, 4:2:0 of 10 bits in two bytes each (low byte first), or three full planes of 8 bits for
 * red, green and blue, the first in luma's place and the others in chroma's.
 */
export type FrameFormat = 'yuv420p' | 'yuv420p10' | 'rgb'

/**
 * A batch of frames in one buffer: all luma planes, then for each frame its Cb and Cr plane.
 * ffmpeg pipes frame by frame; this order makes both halves ready-made network tensors.
 */
export interface FrameLayout {
  readonly batch: number
  readonly width: number
  readonly height: number
  /** `yuv420p` when absent. */
  readonly format?: FrameFormat | undefined
}

export function sampleBytes({ format }: Pick<FrameLayout, 'format'>): 1 | 2 {
  return format === 'yuv420p10' ? 2 : 1
}

/** Width and height of the chroma planes (or of green and blue). */
export function chromaSize({ width, height, format }: FrameLayout): { width: number; height: number } {
  if (format === 'rgb') return { width, height }
  return { width: Math.ceil(width / 2), height: Math.ceil(height / 2) }
}

export function lumaBytes(layout: FrameLayout): number {
  return layout.width * layout.height * sampleBytes(layout)
}

export function chromaBytes(layout: FrameLayout): number {
  const { width, height } = chromaSize(layout)
  return 2 * width * height * sampleBytes(layout)
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
