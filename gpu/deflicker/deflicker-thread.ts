import type { FrameLayout } from '#gpu/media/frames.ts'
import { serveThread, threadData } from '#gpu/threads/worker-thread.ts'
import { TemporalFilter } from './temporal-filter.ts'

export interface DeflickerData {
  readonly layout: FrameLayout
  readonly strength: number
}
export interface DeflickerMessage {
  readonly buffer: ArrayBuffer
  readonly frames: number
}

const { layout, strength } = threadData() as DeflickerData
const filter = new TemporalFilter(layout, strength)

serveThread<DeflickerMessage, DeflickerMessage>(async ({ buffer, frames }) => {
  filter.apply(buffer, frames)
  return { body: { buffer, frames }, transfer: [buffer] }
})
