import { AppError } from '#lib/contracts/errors.ts'

/** Waits for the vendor. Whatever it throws becomes `payment_provider`, with the reason for the log. */
export async function answer<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call
  } catch (cause) {
    throw unreachable(cause)
  }
}

export function unreachable(cause: unknown): AppError {
  const message = 'The payment service did not answer as it should. Nothing was charged. Try again.'
  return new AppError('payment_provider', message, { cause })
}
