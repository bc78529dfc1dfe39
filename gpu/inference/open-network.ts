import { AppError } from '#lib/contracts/errors.ts'
import type { InferenceBackend, NetworkPlan, VideoNetwork } from './backend.ts'

/** Loads a network onto the device. Throws the signal's reason, the backend's own coded errors, or `inference_failed`. */
export async function openNetwork(
  plan: NetworkPlan,
  { backend, signal }: { readonly backend: InferenceBackend; readonly signal: AbortSignal },
): Promise<VideoNetwork> {
  try {
    const network = await backend.open(plan)
    if (signal.aborted) await network.close()
    signal.throwIfAborted()
    return network
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof AppError) throw cause
    throw new AppError('inference_failed', `The network could not be loaded on ${backend.provider}.`, { cause })
  }
}
