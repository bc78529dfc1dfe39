import { writevSync } from 'node:fs'
import { serveThread } from '#gpu/threads/worker-thread.ts'
import { type FrameLayout, framePlanes } from './frames.ts'
import { matroskaFrameHeader, matroskaHeader, type RawStream } from './matroska-stream.ts'

export type WriteRequest =
  | { readonly kind: 'header'; readonly fd: number; readonly stream: RawStream }
  | {
      readonly kind: 'frames'
      readonly fd: number
      readonly buffer: ArrayBuffer
      readonly layout: FrameLayout
      readonly timesNs: readonly bigint[]
    }
  | {
      /** One frame in shared memory, luma then chroma. */
      readonly kind: 'shared'
      readonly fd: number
      readonly frame: Uint8Array<SharedArrayBuffer>
      readonly timeNs: bigint
    }
export interface WriteReply {
  readonly buffer?: ArrayBuffer
}

/** Writes all of the pieces to a blocking pipe; one call may take only a part. */
function writeFully(fd: number, pieces: readonly Uint8Array[]): void {
  let rest = [...pieces]
  while (rest.length > 0) {
    let written = writevSync(fd, rest)
    const next: Uint8Array[] = []
    for (const piece of rest) {
      if (written >= piece.length) written -= piece.length
      else {
        next.push(piece.subarray(written))
        written = 0
      }
    }
    rest = next
  }
}

serveThread<WriteRequest, WriteReply>(async (request) => {
  if (request.kind === 'header') {
    writeFully(request.fd, [matroskaHeader(request.stream)])
    return { body: {} }
  }
  if (request.kind === 'shared') {
    writeFully(request.fd, [matroskaFrameHeader(request.timeNs, request.frame.length), request.frame])
    return { body: {} }
  }
  const { fd, buffer, layout, timesNs } = request
  for (const [index, timeNs] of timesNs.entries()) {
    const { luma, chroma } = framePlanes(buffer, layout, index)
    writeFully(fd, [matroskaFrameHeader(timeNs, luma.length + chroma.length), luma, chroma])
  }
  return { body: { buffer }, transfer: [buffer] }
})
