import type { WorkerCompleted } from '#lib/contracts/worker.ts'

/** A longer inline result travels in its file alone: messages end at some megabytes, rows of the database at two. */
export const INLINE_RESULT_CHARACTERS = 64 * 1024

/** A report without its inline result when that is longer than `limit` and in the `result` file anyway. */
export function withoutBulk(output: WorkerCompleted, limit = INLINE_RESULT_CHARACTERS): WorkerCompleted {
  if (output.result === undefined || output.outputs.result === undefined) return output
  if (JSON.stringify(output.result).length <= limit) return output
  const { result: _bulky, ...rest } = output
  return rest
}
