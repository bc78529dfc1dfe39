import { and, eq, isNull } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'

/**
 * The user's customer at Stripe, made at the first top-up and reused ever after. The key is the user, so two clicks at once make one.
 * Throws `not_found`, `payment_provider`.
 */
export async function ensureCustomer({ ctx }: { ctx: UserCtx }): Promise<string> {
  const stored = await readUser(ctx)
  if (stored.stripeCustomerId) return stored.stripeCustomerId
  const { customerId } = await ctx.payments.createCustomer({
    userId: ctx.userId,
    email: stored.email,
    idempotencyKey: `customer_${ctx.userId}`,
  })
  await ctx.db
    .update(users)
    .set({ stripeCustomerId: customerId })
    .where(and(eq(users.id, ctx.userId), isNull(users.stripeCustomerId)))
  return (await readUser(ctx)).stripeCustomerId ?? customerId
}

async function readUser(ctx: UserCtx): Promise<{ email: string; stripeCustomerId: string | null }> {
  const [row] = await ctx.db
    .select({ email: users.email, stripeCustomerId: users.stripeCustomerId })
    .from(users)
    .where(and(eq(users.id, ctx.userId), isNull(users.deletedAtMs)))
  if (!row) throw new AppError('not_found', 'This account does not exist.')
  return row
}
