import { AppError, ERROR_CODES } from '#lib/contracts/errors.ts'
import { PartRefused } from './send-part.ts'

/** How the engine waits; tests wait for nothing. */
export interface Patience {
  /** Resolves after `ms`, or once the network is back if it is gone by then; rejects with the signal's reason. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  /** In [0, 1): spreads retries, so that parts broken together do not all come back at once. */
  random(): number
}

const FIRST_DELAY_MS = 1000
const LONGEST_DELAY_MS = 30_000
/** About three minutes in all, time without a network not counted. */
const MAX_TRIES = 9

/** Repeats `work` with growing pauses while its failure may pass by itself. */
export async function persevere<Result>(
  { signal, patience }: { signal: AbortSignal; patience: Patience },
  work: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      if (tries === MAX_TRIES || !mayPass(error)) throw error
      const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1))
      await patience.wait(delayMs * (0.5 + patience.random() / 2), signal)
    }
  }
}

/** Our fault or the network's may pass; a refusal of what we asked for will not. Expired URLs (403) were replaced meanwhile. */
function mayPass(error: unknown): boolean {
  if (error instanceof PartRefused) return error.status === 403 || error.status === 429 || error.status >= 500
  return error instanceof AppError && (error.code === 'rate_limited' || ERROR_CODES[error.code].fault === 'us')
}

export const browserPatience: Patience = {
  random: () => Math.random(),
  async wait(ms, signal) {
    await until(signal, (done) => {
      const timer = setTimeout(done, ms)
      return () => clearTimeout(timer)
    })
    if (navigator.onLine) return
    await until(signal, (done) => {
      window.addEventListener('online', done)
      return () => window.removeEventListener('online', done)
    })
  },
}

async function until(signal: AbortSignal, listen: (done: () => void) => () => void): Promise<void> {
  signal.throwIfAborted()
  let stop = () => {}
  let abort = () => {}
  try {
    await new Promise<void>((resolve, reject) => {
      stop = listen(resolve)
      abort = () => reject(signal.reason)
      signal.addEventListener('abort', abort)
    })
  } finally {
    stop()
    signal.removeEventListener('abort', abort)
  }
}
