import { eq } from 'drizzle-orm'
import { topUps } from '#db/schema/ledger.ts'
import { owedMicros, userAccountId } from '#lib/core/ledger/accounts.ts'
import { CONSTRAINTS } from '#lib/core/ledger/constraints.ts'
import { planTopUp } from '#lib/core/ledger/plan-top-up.ts'
import { centsToMicros } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'
import { insertTransfers } from './insert-transfers.ts'
import { openWallet } from './open-wallet.ts'
import { readBalance } from './read-balance.ts'
import { runBatch } from './run-batch.ts'

/** The plan rests on the user's debt; more than this many changes of it in a row are no race any more. */
const PLANS = 5

/**
 * Books a paid top-up and marks its row, in one batch, once per PaymentIntent however often and by how many at once it is called.
 * Throws when the database refuses for a reason that is neither a repeat nor a stale plan.
 */
export async function creditTopUp({
  ctx,
  input,
}: {
  ctx: Ctx
  input: {
    topUp: typeof topUps.$inferSelect
    paymentIntentId: string
    checkoutSessionId: string | null
    /** Paid on top of the amount. */
    taxCents?: number
  }
}): Promise<'credited' | 'already_credited'> {
  const { topUp, paymentIntentId, taxCents = 0 } = input
  const { id: topUpId, userId } = topUp
  const amountMicros = centsToMicros(topUp.amountCents)
  await openWallet({ ctx, input: { userId } })
  for (let plans = 0; plans < PLANS; plans++) {
    const owed = owedMicros({
      receivable: await readBalance({ ctx, input: { accountId: userAccountId(userId, 'receivable') } }),
    })
    const taxMicros = centsToMicros(taxCents)
    const drafts = planTopUp({ userId, topUpId, paymentIntentId, amountMicros, taxMicros, owedMicros: owed })
    const mark = ctx.db
      .update(topUps)
      .set({
        state: 'credited',
        paymentIntentId,
        taxCents,
        checkoutSessionId: topUp.checkoutSessionId ?? input.checkoutSessionId,
        updatedAtMs: ctx.nowMs(),
      })
      .where(eq(topUps.id, topUpId))
    const result = await runBatch(ctx, [...insertTransfers(ctx, drafts), mark])
    if (result.ok) return 'credited'
    const { outcome, meaning } = CONSTRAINTS[result.constraint]
    if (outcome === 'done') return 'already_credited'
    if (outcome === 'bug') throw new Error(`Top-up ${topUpId} cannot be booked: ${meaning}`)
  }
  throw new Error(`Top-up ${topUpId} could not be booked: the user's debt kept changing`)
}
