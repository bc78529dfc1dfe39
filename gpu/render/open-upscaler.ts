import type { VideoNetwork } from '#gpu/inference/backend.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { RenderPlan } from './plan-render.ts'

/** Frames a network gets at once, at most. */
const MAX_BATCH = 8

/** Binds the network to the device for frames as they are composed; `undefined` when nothing is to be enlarged. */
export async function openUpscaler(
  { upscaler, colour, composed }: RenderPlan,
  { backend, config, signal }: TaskContext,
): Promise<VideoNetwork | undefined> {
  if (upscaler === undefined) return undefined
  const { bytes, scale } = upscaler.network
  // Bounded by what comes out.
  const inputPixels = (pixels: number) => (4 * pixels) / scale ** 2
  const frames = Math.floor(inputPixels(config.batchPixels) / (composed.width * composed.height))
  try {
    const network = await backend.open({
      network: bytes,
      scale,
      radius: upscaler.radius,
      colour: colour.yuv,
      layout: { batch: Math.max(1, Math.min(MAX_BATCH, frames)), ...composed },
      maxTilePixels: inputPixels(config.tilePixels),
    })
    if (signal.aborted) await network.close()
    signal.throwIfAborted()
    return network
  } catch (cause) {
    signal.throwIfAborted()
    throw new AppError('inference_failed', `The network could not be loaded on ${backend.provider}.`, { cause })
  }
}
