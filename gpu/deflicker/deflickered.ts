import type { Encoder } from '#gpu/media/encoder.ts'
import type { FrameLayout } from '#gpu/media/frames.ts'
import { WorkerThread } from '#gpu/threads/worker-thread.ts'
import type { DeflickerData, DeflickerMessage } from './deflicker-thread.ts'

/** An encoder whose frames are steadied on their way in, in a thread of their own: the next batch is enlarged meanwhile. */
export function deflickered(encoder: Encoder, layout: FrameLayout, strength: number): Encoder {
  const thread = new WorkerThread<DeflickerMessage, DeflickerMessage>(
    new URL('./deflicker-thread.ts', import.meta.url),
    {
      data: { layout, strength } satisfies DeflickerData,
    },
  )
  return {
    ...encoder,
    async write(buffer, ticks) {
      const filtered = await thread.call({ buffer, frames: ticks.length }, [buffer])
      return encoder.write(filtered.buffer, ticks)
    },
    async close() {
      await Promise.all([thread.close(), encoder.close()])
    },
  }
}
