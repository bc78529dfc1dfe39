import { AppError } from '#lib/contracts/errors.ts'

export interface PartRequest {
  url: string
  body: Blob
  signal: AbortSignal
  onProgress: (sentBytes: number) => void
}

/** Sends one part to its presigned URL and answers its ETag. Throws `PartRefused`, AppError `unavailable`, or the signal's reason. */
export type SendPart = (request: PartRequest) => Promise<string>

/** The store answered, but not with yes. 403 usually means that the URL has run out. */
export class PartRefused extends Error {
  readonly status: number
  constructor(status: number) {
    super(`the store answered ${status}`)
    this.name = 'PartRefused'
    this.status = status
  }
}

/** A connection that moves nothing for this long is taken for dead. */
const STALL_MS = 30_000

/** By XMLHttpRequest: `fetch` does not tell how much of a body has gone out. */
export const sendPart: SendPart = ({ url, body, signal, onProgress }) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const request = new XMLHttpRequest()
    let stalled = setTimeout(() => request.abort(), STALL_MS)
    const moved = () => {
      clearTimeout(stalled)
      stalled = setTimeout(() => request.abort(), STALL_MS)
    }
    const abort = () => request.abort()
    signal.addEventListener('abort', abort, { once: true })
    request.upload.onprogress = ({ loaded }) => {
      moved()
      onProgress(loaded)
    }
    request.onloadend = () => {
      clearTimeout(stalled)
      signal.removeEventListener('abort', abort)
      if (signal.aborted) return reject(signal.reason)
      if (request.status === 0) return reject(new AppError('unavailable', 'The connection broke.'))
      if (request.status !== 200) return reject(new PartRefused(request.status))
      const etag = request.getResponseHeader('etag')
      if (etag) resolve(etag)
      else reject(new AppError('internal', 'The store does not show its ETags to this page (CORS).'))
    }
    request.open('PUT', url)
    request.send(body)
  })
