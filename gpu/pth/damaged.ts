import { AppError } from '#lib/contracts/errors.ts'

/** The error for a weights file that is broken, hostile or not what it says: never worth another attempt with the same file. */
export function damaged(problem: string, cause?: unknown): AppError {
  return new AppError('weights_mismatch', `The weights file cannot be used: ${problem}.`, { field: 'model', cause })
}
