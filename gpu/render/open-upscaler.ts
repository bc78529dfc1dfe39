import type { VideoNetwork } from '#gpu/inference/backend.ts'
import { openNetwork } from '#gpu/inference/open-network.ts'
import { boundFrames } from '#gpu/models/bound-frames.ts'
import { UPSCALERS } from '#gpu/models/index.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import type { RenderPlan } from './plan-render.ts'

/** Binds the network to the device for frames as they are composed; `undefined` when nothing is to be enlarged. */
export async function openUpscaler(
  { upscaler, colour, composed }: RenderPlan,
  { backend, config, signal }: TaskContext,
): Promise<VideoNetwork | undefined> {
  if (upscaler === undefined) return undefined
  const { bytes, scale } = upscaler.network
  const model = UPSCALERS[upscaler.name]
  const { batch, maxTilePixels } = boundFrames(model, scale, composed, config)
  const plan = {
    network: bytes,
    scale,
    radius: upscaler.radius,
    tileStep: model.tileStep ?? 1,
    colour: colour.yuv,
    layout: { batch, ...composed },
    maxTilePixels,
  }
  return openNetwork(plan, { backend, signal })
}
