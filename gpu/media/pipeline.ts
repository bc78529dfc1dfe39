import type { VideoNetwork } from '#gpu/inference/backend.ts'
import type { Decoder } from './decoder.ts'
import type { Encoder } from './encoder.ts'
import { batchBytes, type FrameLayout } from './frames.ts'
import { BoundedQueue } from './queue.ts'

/** Buffers per ring: one being filled, one waiting, one being emptied. Memory is this times the batch, however long the video. */
const RING_SLOTS = 3

interface Filled {
  readonly buffer: ArrayBuffer
  readonly ticks: readonly bigint[]
}

export interface PipelineOptions {
  readonly decoder: Decoder
  readonly network: VideoNetwork
  readonly encoder: Encoder
  readonly input: FrameLayout
  /** After every batch: frames made so far, and a look at the newest before its buffer goes on. */
  readonly onBatch: (frames: number, output: ArrayBuffer, last: number) => void
}

/**
 * Decode, infer and encode at once, batch by batch. A full ring stops the stage before it; the first error in any stage
 * stops all three and is thrown. Answers the number of frames encoded.
 */
export async function runPipeline(options: PipelineOptions): Promise<number> {
  const { decoder, network, encoder } = options
  const ring = (bytes: number) => Array.from({ length: RING_SLOTS }, () => new ArrayBuffer(bytes))
  const freeInputs = new BoundedQueue<ArrayBuffer>(RING_SLOTS, ring(batchBytes(options.input)))
  const freeOutputs = new BoundedQueue<ArrayBuffer>(RING_SLOTS, ring(batchBytes(network.output)))
  const decoded = new BoundedQueue<Filled>(RING_SLOTS)
  const inferred = new BoundedQueue<Filled>(RING_SLOTS)
  const queues = [freeInputs, freeOutputs, decoded, inferred]
  let frames = 0

  const decode = async () => {
    for (;;) {
      const buffer = await need(freeInputs)
      const batch = await decoder.fill(buffer)
      if (batch.frames > 0) await decoded.push(batch)
      if (batch.frames < options.input.batch) break
    }
    await decoder.finish()
    decoded.close()
  }
  const infer = async () => {
    for (let batch = await decoded.take(); batch; batch = await decoded.take()) {
      const done = await network.run(batch.buffer, await need(freeOutputs), batch.ticks.length)
      await freeInputs.push(done.input)
      frames += batch.ticks.length
      options.onBatch(frames, done.output, batch.ticks.length - 1)
      await inferred.push({ buffer: done.output, ticks: batch.ticks })
    }
    inferred.close()
  }
  const encode = async () => {
    for (let batch = await inferred.take(); batch; batch = await inferred.take()) {
      await freeOutputs.push(await encoder.write(batch.buffer, batch.ticks))
    }
    await encoder.finish()
  }

  let failure: { readonly error: unknown } | undefined
  const stop = async (error: unknown) => {
    if (failure) return
    failure = { error }
    for (const queue of queues) queue.fail(error)
    await Promise.all([decoder.close(), network.close(), encoder.close()])
  }
  await Promise.all([decode(), infer(), encode()].map((stage) => stage.catch(stop)))
  if (failure) throw (failure as { readonly error: unknown }).error
  return frames
}

async function need(free: BoundedQueue<ArrayBuffer>): Promise<ArrayBuffer> {
  const buffer = await free.take()
  if (buffer === undefined) throw new Error('a ring of buffers is never closed')
  return buffer
}
