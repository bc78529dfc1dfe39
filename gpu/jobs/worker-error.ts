import { AppError, type ErrorCode } from '#lib/contracts/errors.ts'
import type { WorkerError } from '#lib/contracts/worker.ts'

/** Faults of machines and networks, which another attempt may not meet. A bad input or a wrong result stays what it is. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'internal',
  'unavailable',
  'input_unreachable',
  'output_unreachable',
  'inference_failed',
  'encode_failed',
  'out_of_memory',
  'disk_full',
  'timed_out',
  'worker_lost',
])

/** Anything thrown, as the error the app understands. What was not coded is `internal` and keeps its details for the log. */
export function toWorkerError(error: unknown): WorkerError {
  const coded = error instanceof AppError ? error : systemError(error)
  return { ...coded.toBody(), retryable: RETRYABLE.has(coded.code) }
}

function systemError(error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC') return new AppError('disk_full', 'The worker ran out of disk space.', { cause: error })
  // A thread that reached the limit of its heap says so; the process goes on.
  const full = code === 'ENOMEM' || code === 'ERR_WORKER_OUT_OF_MEMORY'
  if (full || (error instanceof RangeError && /allocation failed/.test(error.message)))
    return new AppError('out_of_memory', 'The worker ran out of memory.', { cause: error })
  return new AppError('internal', 'Something went wrong in the worker.', { cause: error })
}

/** An error and its causes in one line, for logs. */
export function describeError(error: unknown): string {
  const parts: string[] = []
  for (
    let current: unknown = error;
    current !== undefined && parts.length < 5;
    current = current instanceof Error ? current.cause : undefined
  ) {
    parts.push(current instanceof Error ? `${current.name}: ${current.message}` : String(current))
  }
  return parts.join(' ← ')
}
