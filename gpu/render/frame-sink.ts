import type { VideoNetwork } from '#gpu/inference/backend.ts'
import type { Encoder } from '#gpu/media/encoder.ts'
import { batchBytes, framePlanes } from '#gpu/media/frames.ts'
import { BoundedQueue } from '#gpu/media/queue.ts'
import type { Label } from '#lib/core/render/compositor.ts'
import { blendLabel } from './blend-label.ts'
import type { SharedFrame } from './frame-store.ts'

/** Where composed frames go, in order. */
export interface FrameSink {
  /** The frame may be overwritten once this settles. A label that comes along has not been laid over it yet. */
  write(frame: SharedFrame, tick: bigint, label?: Label): Promise<void>
  /** Waits until the file is whole. */
  finish(): Promise<void>
  /** Lets everybody who waits go, with this error. */
  fail(error: unknown): void
}

export function encoderSink(encoder: Encoder): FrameSink {
  return {
    write: (frame, tick) => encoder.writeShared(frame, tick),
    finish: () => encoder.finish(),
    fail: () => undefined,
  }
}

interface Batch {
  readonly buffer: ArrayBuffer
  readonly ticks: readonly bigint[]
  readonly labels: readonly (Label | undefined)[]
}

/** Buffers per ring: one being worked on, one waiting. */
const RING_SLOTS = 2

/** Gathers batches for the network, which enlarges them while the ones before are encoded. Labels are laid over what it makes: it would redraw them. */
export function networkSink(network: VideoNetwork, input: VideoNetwork['output'], encoder: Encoder): FrameSink {
  const ring = (bytes: number) => Array.from({ length: RING_SLOTS }, () => new ArrayBuffer(bytes))
  const freeInputs = new BoundedQueue<ArrayBuffer>(RING_SLOTS, ring(batchBytes(input)))
  const freeOutputs = new BoundedQueue<ArrayBuffer>(RING_SLOTS, ring(batchBytes(network.output)))
  const gathered = new BoundedQueue<Batch>(RING_SLOTS)
  const enlarged = new BoundedQueue<Batch>(RING_SLOTS)
  const queues = [freeInputs, freeOutputs, gathered, enlarged]
  let filling: { buffer: ArrayBuffer; ticks: bigint[]; labels: (Label | undefined)[] } | undefined

  const infer = async () => {
    for (let batch = await gathered.take(); batch; batch = await gathered.take()) {
      const done = await network.run(batch.buffer, await need(freeOutputs), batch.ticks.length)
      await freeInputs.push(done.input)
      for (const [index, label] of batch.labels.entries()) {
        if (label === undefined) continue
        const { luma, chroma } = framePlanes(done.output, network.output, index)
        blendLabel(luma, chroma, network.output, label)
      }
      await enlarged.push({ ...batch, buffer: done.output })
    }
    enlarged.close()
  }
  const encode = async () => {
    for (let batch = await enlarged.take(); batch; batch = await enlarged.take())
      await freeOutputs.push(await encoder.write(batch.buffer, batch.ticks))
    await encoder.finish()
  }
  const fail = (error: unknown) => {
    for (const queue of queues) queue.fail(error)
  }
  const stages = Promise.all(
    [infer(), encode()].map((stage) =>
      stage.catch((error) => {
        fail(error)
        throw error
      }),
    ),
  )
  stages.catch(() => undefined)
  return {
    async write(frame, tick, label) {
      filling ??= { buffer: await need(freeInputs), ticks: [], labels: [] }
      const { luma, chroma } = framePlanes(filling.buffer, input, filling.ticks.length)
      luma.set(frame.subarray(0, luma.length))
      chroma.set(frame.subarray(luma.length))
      filling.ticks.push(tick)
      filling.labels.push(label)
      if (filling.ticks.length < input.batch) return
      await gathered.push(filling)
      filling = undefined
    },
    async finish() {
      if (filling !== undefined) await gathered.push(filling)
      gathered.close()
      await stages
    },
    fail,
  }
}

async function need(free: BoundedQueue<ArrayBuffer>): Promise<ArrayBuffer> {
  const buffer = await free.take()
  if (buffer === undefined) throw new Error('a ring of buffers is never closed')
  return buffer
}
