import { AppError } from '#lib/contracts/errors.ts'
import type { Ctx } from '#lib/services/context.ts'
import { verifyCallbackToken } from './callback-token.ts'

/** Throws unauthenticated unless the bearer token was issued for exactly this attempt and still holds. */
export async function authorizeWorker({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { attemptId: string; authorization: string | null }
}): Promise<void> {
  const token = /^Bearer (\S{1,200})$/.exec(input.authorization ?? '')?.[1]
  if (token && (await verifyCallbackToken(ctx.settings, input.attemptId, token, ctx.nowMs()))) return
  throw new AppError('unauthenticated', 'The callback token is missing, expired or for another attempt.')
}
