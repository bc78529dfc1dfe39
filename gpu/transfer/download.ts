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
  /** The most that any connection has reached. */
  farthest: number
  /** Names the version that what is here belongs to; see `versionOf`. */
  version: string | undefined
  total: number | undefined
}

/**
 * Fetches a URL into a file, going on where a broken connection stopped (`Range` with `If-Range`, RFC 9110 §13.1.5). Where the server
 * does not name versions it begins again: two versions could be spliced otherwise.
 * Throws `input_unreachable`, or `file_too_large` as soon as it is known to be.
 */
export async function download(options: DownloadOptions): Promise<{ bytes: number }> {
  const policy = options.policy ?? { tries: 5, baseMs: 500, maxMs: 8000 }
  const file = await open(options.path, constants.O_RDWR | constants.O_CREAT | (options.resume ? 0 : constants.O_TRUNC))
  const state: State = { received: 0, farthest: 0, version: undefined, total: undefined }
  if (options.resume) state.received = (await file.stat()).size
  try {
    for (;;) {
      const before = state.farthest
      const done = await retry(policy, options.signal, async () => {
        try {
          await receive(file, state, options)
          return true
        } catch (error) {
          options.signal.throwIfAborted()
          if (!options.resume && state.version === undefined) restart(state)
          // A connection that brought something new starts a new count of tries.
          if (state.farthest > before && !(error instanceof FinalError)) return false
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
        ? { range: `bytes=${state.received}-`, ...(state.version ? { 'if-range': state.version } : {}) }
        : undefined
    const response = await fetch(options.url, {
      ...(headers ? { headers } : {}),
      signal: AbortSignal.any([options.signal, stall.signal]),
    })
    if (response.status === 416 && state.received > 0) return await acceptWhole(response, state)
    await begin(response, state, options.maxBytes)
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer)
      timer = setTimeout(() => stall.abort(new Error('the connection stalled')), stallMs)
      if (state.received + chunk.length > options.maxBytes) throw tooLarge(options.maxBytes)
      await file.write(chunk, 0, chunk.length, state.received)
      state.received += chunk.length
      state.farthest = Math.max(state.farthest, state.received)
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
  const version = versionOf(response.headers)
  if (resumed && state.version !== undefined && version !== undefined && version !== state.version) {
    await response.body?.cancel()
    restart(state)
    throw new Error('the input was replaced meanwhile')
  }
  // What goes on is still the version asked for, also when the answer does not repeat its name.
  if (!resumed) restart(state)
  state.version ??= version
  const length = Number(response.headers.get('content-length') ?? Number.NaN)
  state.total = Number.isFinite(length) ? state.received + length : undefined
  if (state.total !== undefined && state.total > maxBytes) {
    await response.body?.cancel()
    throw tooLarge(maxBytes)
  }
}

/** All of it is here already (RFC 9110 §15.5.17), or what is here is longer than the file and of another one. */
async function acceptWhole(response: Response, state: State): Promise<void> {
  await response.body?.cancel()
  const length = /^bytes \*\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]
  if (length === undefined || Number(length) === state.received) return
  restart(state)
  throw new Error('the input is shorter than what had come of it')
}

/** What is here counts for nothing: it is written over. */
function restart(state: State): void {
  state.received = 0
  state.version = undefined
}

/** A date names a version for sure only once it is this much older than the answer (RFC 9110 §8.8.2.2 says one second, by the same clock). */
const SETTLED_MS = 60_000

/** What `If-Range` may carry: a strong ETag or, without any, a date of the last change that is strong, too. */
function versionOf(headers: Headers): string | undefined {
  const etag = headers.get('etag')
  if (etag !== null) return etag.startsWith('"') ? etag : undefined
  const changed = headers.get('last-modified')
  const age = Date.parse(headers.get('date') ?? '') - Date.parse(changed ?? '')
  return changed !== null && age >= SETTLED_MS ? changed : undefined
}

function tooLarge(maxBytes: number): FinalError {
  return new FinalError('too large', {
    cause: new AppError('file_too_large', `The input is larger than ${maxBytes} bytes.`),
  })
}
