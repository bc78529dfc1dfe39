import { constants, type FileHandle, open } from 'node:fs/promises'
import { AppError } from '#lib/contracts/errors.ts'
import { FinalError, isTransient, type RetryPolicy, retry } from './retry.ts'

export interface DownloadOptions {
  readonly url: string
  readonly path: string
  readonly maxBytes: number
  readonly signal: AbortSignal
  /** Tries in a row without a new byte. */
  readonly policy?: RetryPolicy
  /** Milliseconds without a byte after which the connection is given up. */
  readonly stallMs?: number
  /** Goes on with what is at `path` already. Nothing says that it is the same file's: check the whole afterwards. */
  readonly resume?: boolean
  /** After every piece; `total` is undefined when the server does not say. */
  readonly onProgress?: (received: number, total: number | undefined) => void
}

interface State {
  received: number
  etag: string | undefined
  total: number | undefined
}

/**
 * Fetches a URL into a file, going on where a broken connection stopped (`Range` with `If-Range`, RFC 9110 §13.1.5).
 * Throws `input_unreachable`, or `file_too_large` as soon as it is known to be.
 */
export async function download(options: DownloadOptions): Promise<{ bytes: number }> {
  const policy = options.policy ?? { tries: 5, baseMs: 500, maxMs: 8000 }
  const file = await open(options.path, constants.O_RDWR | constants.O_CREAT | (options.resume ? 0 : constants.O_TRUNC))
  const state: State = { received: 0, etag: undefined, total: undefined }
  if (options.resume) state.received = (await file.stat()).size
  try {
    for (;;) {
      const before = state.received
      const done = await retry(policy, options.signal, async () => {
        try {
          await receive(file, state, options)
          return true
        } catch (error) {
          options.signal.throwIfAborted()
          // A connection that brought something starts a new count of tries.
          if (state.received > before && !(error instanceof FinalError)) return false
          throw error
        }
      })
      if (done) return { bytes: state.received }
    }
  } catch (error) {
    options.signal.throwIfAborted()
    if (error instanceof FinalError && error.cause instanceof AppError) throw error.cause
    throw new AppError('input_unreachable', 'The input could not be downloaded.', { cause: error })
  } finally {
    await file.close()
  }
}

async function receive(file: FileHandle, state: State, options: DownloadOptions): Promise<void> {
  const stall = new AbortController()
  const stallMs = options.stallMs ?? 30_000
  let timer = setTimeout(() => stall.abort(new Error('the connection stalled')), stallMs)
  try {
    const headers =
      state.received > 0
        ? { range: `bytes=${state.received}-`, ...(state.etag ? { 'if-range': state.etag } : {}) }
        : undefined
    const response = await fetch(options.url, {
      ...(headers ? { headers } : {}),
      signal: AbortSignal.any([options.signal, stall.signal]),
    })
    // All of it is here already (RFC 9110 §15.5.17).
    if (response.status === 416 && state.received > 0) {
      await response.body?.cancel()
      return
    }
    await begin(response, state, options.maxBytes)
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer)
      timer = setTimeout(() => stall.abort(new Error('the connection stalled')), stallMs)
      if (state.received + chunk.length > options.maxBytes) throw tooLarge(options.maxBytes)
      await file.write(chunk, 0, chunk.length, state.received)
      state.received += chunk.length
      options.onProgress?.(state.received, state.total)
    }
    if (state.total !== undefined && state.received < state.total) throw new Error('the connection ended early')
    await file.truncate(state.received)
  } finally {
    clearTimeout(timer)
  }
}

/** Reads the answer's head: whether it goes on from where we are, or starts again. */
async function begin(response: Response, state: State, maxBytes: number): Promise<void> {
  if (response.status !== 200 && response.status !== 206) {
    await response.body?.cancel()
    const problem = `the input's server answered ${response.status}`
    throw isTransient(response.status) ? new Error(problem) : new FinalError(problem)
  }
  const resumed =
    response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${state.received}-`)
  if (response.status === 206 && !resumed)
    throw new FinalError('the input’s server sent another range than was asked for')
  if (!resumed) state.received = 0
  const length = Number(response.headers.get('content-length') ?? Number.NaN)
  state.total = Number.isFinite(length) ? state.received + length : undefined
  state.etag = response.headers.get('etag') ?? undefined
  if (state.total !== undefined && state.total > maxBytes) {
    await response.body?.cancel()
    throw tooLarge(maxBytes)
  }
}

function tooLarge(maxBytes: number): FinalError {
  return new FinalError('too large', {
    cause: new AppError('file_too_large', `The input is larger than ${maxBytes} bytes.`),
  })
}
