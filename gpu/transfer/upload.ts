import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import { pipeline } from 'node:stream/promises'
import { AppError } from '#lib/contracts/errors.ts'
import type { OutputTarget } from '#lib/contracts/worker.ts'
import { FinalError, isTransient, type RetryPolicy, retry } from './retry.ts'

export interface UploadOptions {
  readonly path: string
  readonly target: OutputTarget
  readonly contentType: string
  readonly signal: AbortSignal
  readonly policy?: RetryPolicy
  readonly stallMs?: number
}

const DEFAULT_POLICY: RetryPolicy = { tries: 5, baseMs: 500, maxMs: 8000 }
const DEFAULT_STALL_MS = 60_000
/** What S3 and R2 take in one PUT. */
const MAX_PUT_BYTES = 5 * 2 ** 30

/**
 * Puts a file where the app said: one presigned PUT, or the presigned parts of a multipart upload (whose ETags, in order, the
 * app needs to complete it). Throws `output_unreachable`, or `limit_exceeded` when the file has no room in what was granted.
 */
export async function upload(options: UploadOptions): Promise<{ etags?: string[] }> {
  const { size } = await stat(options.path)
  const { target } = options
  checkRoom(target, size)
  try {
    if ('put_url' in target) {
      await putRange(target.put_url, { start: 0, end: size }, options)
      return {}
    }
    return { etags: await putParts(target, size, options) }
  } catch (error) {
    options.signal.throwIfAborted()
    throw new AppError('output_unreachable', 'The result could not be uploaded.', { cause: error })
  }
}

/** Another attempt would make the same file and be granted the same room. */
function checkRoom(target: OutputTarget, size: number): void {
  const room = 'put_url' in target ? MAX_PUT_BYTES : target.part_size * target.part_urls.length
  if (size <= room) return
  const granted =
    'put_url' in target ? 'one upload takes' : `${target.part_urls.length} parts of ${target.part_size} bytes hold`
  throw new AppError('limit_exceeded', `The result is ${size} bytes; ${granted} at most ${room}.`)
}

async function putParts(
  target: Extract<OutputTarget, { upload_id: string }>,
  size: number,
  options: UploadOptions,
): Promise<string[]> {
  const count = Math.max(1, Math.ceil(size / target.part_size))
  const etags: string[] = []
  for (const [index, url] of target.part_urls.slice(0, count).entries()) {
    const start = index * target.part_size
    etags.push(await putRange(url, { start, end: Math.min(size, start + target.part_size) }, options))
  }
  return etags
}

/** Sends bytes `start … end` of the file, again from the start of the range after a failure. Answers the ETag. */
async function putRange(url: string, range: { start: number; end: number }, options: UploadOptions): Promise<string> {
  return retry(options.policy ?? DEFAULT_POLICY, options.signal, async () => {
    const { status, etag } = await put(url, range, options)
    if (status >= 200 && status < 300) return etag
    const problem = `the storage answered ${status}`
    throw isTransient(status) ? new Error(problem) : new FinalError(problem)
  })
}

/** `fetch` would send a stream without its length, which presigned URLs refuse. */
async function put(
  url: string,
  { start, end }: { start: number; end: number },
  options: UploadOptions,
): Promise<{ status: number; etag: string }> {
  const { request } = url.startsWith('https:') ? https : http
  const headers = { 'content-length': end - start, 'content-type': options.contentType }
  const call = request(url, { method: 'PUT', headers, signal: options.signal })
  call.setTimeout(options.stallMs ?? DEFAULT_STALL_MS, () => call.destroy(new Error('the connection stalled')))
  const answered = new Promise<{ status: number; etag: string }>((resolve, reject) => {
    call.once('error', reject)
    call.once('response', (response) => {
      response.resume()
      response.once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, etag: response.headers.etag ?? '' }))
    })
  })
  if (end === start) call.end()
  else {
    // The server may answer and hang up before it has read everything; then its answer counts, not the broken pipe.
    pipeline(createReadStream(options.path, { start, end: end - 1 }), call).catch(() => undefined)
  }
  return answered
}
