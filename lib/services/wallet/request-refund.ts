import { and, eq, isNull, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { users } from '#db/schema/accounts.ts'
import { refunds } from '#db/schema/ledger.ts'
import type { RequestRefund } from '#lib/contracts/api/refunds.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { allocateRefund, type RefundPart, refundableCents } from '#lib/core/ledger/allocate-refund.ts'
import { CONSTRAINTS } from '#lib/core/ledger/constraints.ts'
import { planRefund } from '#lib/core/ledger/plan-refund.ts'
import { centsToMicros, formatUsd } from '#lib/core/money.ts'
import { checkRateLimit } from '#lib/services/accounts/check-rate-limit.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { insertTransfers } from './insert-transfers.ts'
import { readBalances } from './read-balances.ts'
import { readRefundSources } from './read-refund-sources.ts'
import { runBatch } from './run-batch.ts'
import { sendRefund } from './send-refund.ts'

/** Money spent, refunded or disputed between plan and batch; more than this many times in a row is no race any more. */
const PLANS = 5

/**
 * Gives unused credit back to the payments it came with. The credit is set aside first, in one batch with the rows of the refunds; only then
 * is Stripe asked, once per payment. What Stripe could not be asked for stays `requested`, and the reconciler asks again. The same click
 * always is the same refunds.
 * Errors: refund_too_large, wallet_frozen, rate_limited, not_found.
 */
export async function requestRefund({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: RequestRefund
}): Promise<{ refundIds: string[] }> {
  const before = await refundsOfClick(ctx, input.click_id)
  const refundIds = before.length > 0 ? before : await placeRefunds(ctx, input)
  for (const refundId of refundIds) {
    await sendRefund({ ctx, input: { refundId } }).catch((error: unknown) => {
      ctx.log('warn', 'a refund waits for the reconciler', { refundId, error: String(error) })
    })
  }
  return { refundIds }
}

async function placeRefunds(ctx: UserCtx, input: RequestRefund): Promise<string[]> {
  await checkRateLimit({ ctx, input: { key: `refund:${ctx.userId}`, limit: 10, windowMs: 3_600_000 } })
  for (let plans = 0; plans < PLANS; plans++) {
    const parts = await planParts(ctx, input.amount_cents)
    const placed = parts.map((part) => ({ refundId: ctx.newId('rfd'), ...part }))
    const result = await runBatch(
      ctx,
      placed.flatMap((part) => refundStatements(ctx, input.click_id, part)),
    )
    if (result.ok) return placed.map((part) => part.refundId)
    const { outcome, meaning } = CONSTRAINTS[result.constraint]
    if (outcome === 'bug') throw new Error(`A refund of ${ctx.userId} cannot be placed: ${meaning}`)
    const made = await refundsOfClick(ctx, input.click_id)
    if (made.length > 0) return made
  }
  throw new AppError('refund_too_large', 'Your balance keeps changing. Try again when your jobs have ended.')
}

async function planParts(ctx: UserCtx, amountCents: number): Promise<RefundPart[]> {
  const { balances, frozen } = await readBalances({ ctx, input: { userId: ctx.userId } })
  if (frozen) {
    throw new AppError('wallet_frozen', 'A payment of yours is disputed. Nothing goes back until that is settled.')
  }
  const sources = await readRefundSources({ ctx })
  const most = refundableCents(balances.available, sources)
  const parts = amountCents > most ? null : allocateRefund(amountCents, sources)
  if (!parts) {
    const message = `At most ${formatUsd(centsToMicros(most))} of unused credit can go back now.`
    throw new AppError('refund_too_large', message, { field: 'amount_cents' })
  }
  return parts
}

/** A row without a user to belong to, or frozen in between, is not written; its transfers then refuse the batch. */
function refundStatements(
  ctx: UserCtx,
  clickId: string,
  part: RefundPart & { refundId: string },
): BatchItem<'sqlite'>[] {
  const { userId } = ctx
  const amountMicros = centsToMicros(part.creditCents)
  const nowMs = ctx.nowMs()
  const nothing = (column: string) => sql<null>`NULL`.as(column)
  const insert = ctx.db.insert(refunds).select(
    ctx.db
      .select({
        id: sql<string>`${part.refundId}`.as('id'),
        userId: users.id,
        topUpId: sql<string>`${part.topUpId}`.as('top_up_id'),
        stripeRefundId: nothing('stripe_refund_id'),
        state: sql<'requested'>`'requested'`.as('state'),
        amountMicros: sql<number>`${amountMicros}`.as('amount_micros'),
        taxCents: sql<number>`${part.taxCents}`.as('tax_cents'),
        origin: sql<'user'>`'user'`.as('origin'),
        clickId: sql<string>`${clickId}`.as('click_id'),
        failureCode: nothing('failure_code'),
        sentAtMs: nothing('sent_at_ms'),
        createdAtMs: sql<number>`${nowMs}`.as('created_at_ms'),
        updatedAtMs: sql<number>`${nowMs}`.as('updated_at_ms'),
      })
      .from(users)
      .where(and(eq(users.id, userId), isNull(users.deletedAtMs))),
  )
  const taxMicros = centsToMicros(part.taxCents)
  return [insert, ...insertTransfers(ctx, planRefund({ userId, refundId: part.refundId, amountMicros, taxMicros }))]
}

async function refundsOfClick(ctx: UserCtx, clickId: string): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.userId, ctx.userId), eq(refunds.clickId, clickId)))
  return rows.map((row) => row.id)
}
