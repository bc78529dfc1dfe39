import { readSync } from 'node:fs'
import { serveThread } from '#gpu/threads/worker-thread.ts'
import { type FrameLayout, framePlanes } from './frames.ts'

/** Fills `buffer` with up to a batch of frames from a blocking pipe. Fewer frames than a batch means the end. */
export interface ReadRequest {
  readonly fd: number
  readonly buffer: ArrayBuffer
  readonly layout: FrameLayout
}
export interface ReadReply {
  readonly buffer: ArrayBuffer
  readonly frames: number
}

/** Blocking reads straight into the batch: the cheapest way measured, and this thread has nothing else to do. */
function readFully(fd: number, target: Uint8Array): number {
  let offset = 0
  while (offset < target.length) {
    const read = readSync(fd, target, offset, target.length - offset, null)
    if (read === 0) break
    offset += read
  }
  return offset
}

serveThread<ReadRequest, ReadReply>(async ({ fd, buffer, layout }) => {
  let frames = 0
  while (frames < layout.batch) {
    const { luma, chroma } = framePlanes(buffer, layout, frames)
    const got = readFully(fd, luma)
    if (got === 0) break
    if (got < luma.length || readFully(fd, chroma) < chroma.length)
      throw new Error('the decoder stopped inside a frame')
    frames += 1
  }
  return { body: { buffer, frames }, transfer: [buffer] }
})
