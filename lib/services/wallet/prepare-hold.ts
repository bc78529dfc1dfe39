import { and, eq, isNull, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { users } from '#db/schema/accounts.ts'
import { holds } from '#db/schema/ledger.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { planHold } from '#lib/core/ledger/plan-hold.ts'
import { formatCredits } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'
import { refuseBeyondCap } from '#lib/services/spending/refuse-beyond-cap.ts'
import { insertTransfers } from './insert-transfers.ts'
import { readBalances } from './read-balances.ts'

/**
 * Statements that set money aside, for one db batch together with the job they pay for. When the batch is refused with outcome
 * `reread`, call this again: it plans on the new balances, or throws why it cannot.
 * Throws `insufficient_funds` (naming what is missing), `spend_cap_reached`, `wallet_frozen`, `not_found`.
 */
export async function prepareHold({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { userId: string; quoteId: string; amountMicros: number; expiresAtMs: number }
}): Promise<{ holdId: string; promoMicros: number; statements: BatchItem<'sqlite'>[] }> {
  const { userId, quoteId, amountMicros, expiresAtMs } = input
  const { balances, frozen } = await readBalances({ ctx, input: { userId } })
  if (frozen) {
    throw new AppError('wallet_frozen', 'A payment of yours is disputed. Nothing can be spent until that is settled.')
  }
  const holdId = ctx.newId('hold')
  const plan = planHold({ userId, holdId, amountMicros, balances })
  if (!plan.ok) {
    const [needs, has] = [formatCredits(amountMicros, 'up'), formatCredits(plan.spendableMicros, 'down')]
    const missing = formatCredits(plan.missingMicros, 'up')
    throw new AppError(
      'insufficient_funds',
      `This needs ${needs} credits and you have ${has}: add ${missing} credits first.`,
    )
  }
  await refuseBeyondCap({ ctx, input: { userId, amountMicros } })
  // Reads the user again inside the batch: frozen or deleted in between means no hold, and the transfers that name it are refused.
  const insertHold = ctx.db.insert(holds).select(
    ctx.db
      .select({
        id: sql<string>`${holdId}`.as('id'),
        userId: users.id,
        quoteId: sql<string>`${quoteId}`.as('quote_id'),
        amountMicros: sql<number>`${amountMicros}`.as('amount_micros'),
        promoMicros: sql<number>`${plan.promoMicros}`.as('promo_micros'),
        expiresAtMs: sql<number>`${expiresAtMs}`.as('expires_at_ms'),
        createdAtMs: sql<number>`${ctx.nowMs()}`.as('created_at_ms'),
      })
      .from(users)
      .where(and(eq(users.id, userId), isNull(users.frozenAtMs), isNull(users.deletedAtMs))),
  )
  const statements = [insertHold, ...insertTransfers(ctx, plan.transfers)]
  return { holdId, promoMicros: plan.promoMicros, statements }
}
