import type { WorkerConfig } from '#gpu/config.ts'
import type { UpscaleModel } from './registry.ts'

/** Frames a network gets at once, at most. */
const MAX_BATCH = 8

export interface FrameBounds {
  readonly batch: number
  /** In input pixels. */
  readonly maxTilePixels: number
}

/**
 * How many frames a network gets at once and how large its tiles may be: bounded by what comes out (four times the configured pixels) and
 * by the memory the network takes for it.
 */
export function boundFrames(
  { memoryMibPerMegapixel }: Pick<UpscaleModel, 'memoryMibPerMegapixel'>,
  scale: number,
  frame: { readonly width: number; readonly height: number },
  config: Pick<WorkerConfig, 'batchPixels' | 'tilePixels' | 'tileMemoryMib'>,
): FrameBounds {
  const affordable = (1e6 * config.tileMemoryMib) / memoryMibPerMegapixel
  const inputPixels = (pixels: number) => Math.min(affordable, (4 * pixels) / scale ** 2)
  const frames = Math.floor(inputPixels(config.batchPixels) / (frame.width * frame.height))
  return { batch: Math.max(1, Math.min(MAX_BATCH, frames)), maxTilePixels: inputPixels(config.tilePixels) }
}
