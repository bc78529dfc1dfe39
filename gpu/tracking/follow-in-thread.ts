import { Worker } from 'node:worker_threads'
import type { TrackingOptions } from '#lib/core/tracking/types.ts'
import type { PackedDetections } from './detection-log.ts'
import type { Followed, FollowRequest } from './follow-thread.ts'

const REPEAT_MS = 2000
/** The tracker holds millions of boxes as objects; a thread's usual limit is a quarter of this. */
const MAX_HEAP_MB = 16_384
/** Of the memory there is now: at a heap's limit the job fails, beyond the machine's the kernel ends the whole worker. */
const MAX_SHARE = 0.75
const MIN_HEAP_MB = 512

/**
 * Turns detections into tracks beside the event loop: for two hours of a match that takes a minute. `onWorking` is called now and then
 * meanwhile. Rejects with the signal's reason as soon as it is aborted. The detections are used up.
 */
export async function followInThread(
  packed: PackedDetections,
  options: TrackingOptions,
  signal: AbortSignal,
  onWorking: () => void,
): Promise<Followed> {
  signal.throwIfAborted()
  const workerData: FollowRequest = { packed, options }
  const buffers = [...packed.frames, ...packed.detections, ...packed.embeddings].map(({ buffer }) => buffer)
  // Nothing of it is native code, so it may be ended in the middle of its work.
  const worker = new Worker(new URL('./follow-thread.ts', import.meta.url), {
    workerData,
    transferList: buffers,
    resourceLimits: { maxOldGenerationSizeMb: heapMb() },
  })
  const timer = setInterval(onWorking, REPEAT_MS)
  let abort = (): void => undefined
  try {
    return await new Promise<Followed>((resolve, reject) => {
      abort = () => reject(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('the tracker ended without a result')))
    })
  } finally {
    signal.removeEventListener('abort', abort)
    clearInterval(timer)
    await worker.terminate()
  }
}

function heapMb(): number {
  return Math.max(MIN_HEAP_MB, Math.min(MAX_HEAP_MB, Math.floor((MAX_SHARE * process.availableMemory()) / 2 ** 20)))
}
