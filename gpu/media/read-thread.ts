import { readSync } from 'node:fs'
import { serveThread } from '#gpu/threads/worker-thread.ts'
import { type FrameLayout, framePlanes } from './frames.ts'

/** Fills `buffer` with up to a batch of frames from a blocking pipe, or one frame in shared memory, luma then chroma as ffmpeg pipes it. */
export type ReadRequest =
  | { readonly fd: number; readonly buffer: ArrayBuffer; readonly layout: FrameLayout }
  | { readonly fd: number; readonly frame: Uint8Array<SharedArrayBuffer> }

/** Fewer frames than asked for mean the end. The buffer comes back; shared memory never left. */
export interface ReadReply {
  readonly buffer?: ArrayBuffer
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

function readBatch(fd: number, buffer: ArrayBuffer, layout: FrameLayout): number {
  let frames = 0
  while (frames < layout.batch) {
    const { luma, chroma } = framePlanes(buffer, layout, frames)
    const got = readFully(fd, luma)
    if (got === 0) break
    if (got < luma.length || readFully(fd, chroma) < chroma.length) throw new Error(CUT_OFF)
    frames += 1
  }
  return frames
}

const CUT_OFF = 'the decoder stopped inside a frame'

serveThread<ReadRequest, ReadReply>(async (request) => {
  if ('frame' in request) {
    const got = readFully(request.fd, request.frame)
    if (got > 0 && got < request.frame.length) throw new Error(CUT_OFF)
    return { body: { frames: got === 0 ? 0 : 1 } }
  }
  const { fd, buffer, layout } = request
  return { body: { buffer, frames: readBatch(fd, buffer, layout) }, transfer: [buffer] }
})
