import type { Detector, Seen } from '#gpu/detect/detector.ts'
import type { DecodedBatch, Decoder } from '#gpu/media/decoder.ts'
import { batchBytes } from '#gpu/media/frames.ts'
import { BoundedQueue } from '#gpu/media/queue.ts'

/** Batches waiting between decoder and network. Memory is this times the batch, however long the video. */
const QUEUE_BATCHES = 2

export interface SeenBatch<Look> {
  readonly timesS: readonly number[]
  /** Frame by frame. */
  readonly seen: readonly Seen[]
  /** What `look` kept of the batch's pixels. */
  readonly look: Look
}

export interface Watchers<Look> {
  /** Sees a batch's pixels before the network takes them. */
  readonly look: (batch: DecodedBatch) => Look
  /** Called in order. */
  readonly onSeen: (batch: SeenBatch<Look>) => Promise<void>
}

/**
 * Decodes and detects at once, batch by batch. The first error in any stage stops all and is thrown; both are closed then. `secondsOf` turns the decoder's ticks into seconds.
 */
export async function detectVideo<Look>(
  decoder: Decoder,
  detector: Detector,
  secondsOf: (ticks: bigint) => number,
  { look, onSeen }: Watchers<Look>,
): Promise<void> {
  const decoded = new BoundedQueue<DecodedBatch>(QUEUE_BATCHES)
  const seen = new BoundedQueue<SeenBatch<Look>>(QUEUE_BATCHES)
  const bytes = batchBytes(detector.layout)

  const decode = async () => {
    for (let last = false; !last; ) {
      const batch = await decoder.fill(new ArrayBuffer(bytes))
      if (batch.frames > 0) await decoded.push(batch)
      last = batch.frames < detector.layout.batch
    }
    await decoder.finish()
    decoded.close()
  }
  const detect = async () => {
    for (let batch = await decoded.take(); batch; batch = await decoded.take()) {
      const kept = look(batch)
      const timesS = batch.ticks.map(secondsOf)
      await seen.push({ timesS, seen: await detector.detect(batch.buffer, timesS), look: kept })
    }
    seen.close()
  }
  const report = async () => {
    for (let batch = await seen.take(); batch; batch = await seen.take()) await onSeen(batch)
  }

  let failure: { readonly error: unknown } | undefined
  const stop = async (error: unknown) => {
    if (failure) return
    failure = { error }
    for (const queue of [decoded, seen]) queue.fail(error)
    await Promise.all([decoder.close(), detector.close()])
  }
  await Promise.all([decode(), detect(), report()].map((stage) => stage.catch(stop)))
  if (failure) throw (failure as { readonly error: unknown }).error
}
