import { AppError } from '#lib/contracts/errors.ts'
import { sameSecret } from '#lib/core/same-secret.ts'
import { readEnv } from '#lib/platform/container.ts'
import { route } from '#lib/platform/route.ts'
import { reconcile } from '#lib/services/operations/reconcile.ts'

export const runtime = 'edge'

/** Called by a scheduler: every minute in production, every few seconds on a laptop. */
export const POST = route({ auth: 'public' }, async ({ ctx, request }) => {
  const given = request.headers.get('authorization') ?? ''
  if (!(await sameSecret(given, `Bearer ${readEnv().RECONCILE_SECRET}`))) {
    throw new AppError('unauthenticated', 'This is for the scheduler alone.')
  }
  return reconcile({ ctx })
})
