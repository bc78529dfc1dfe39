import { stripeBalanceEntries } from '#db/schema/ledger.ts'
import { CONSTRAINTS } from '#lib/core/ledger/constraints.ts'
import { balanceMeaning, planBalanceEntry } from '#lib/core/ledger/plan-balance-entry.ts'
import type { ProviderBalanceEntry } from '#lib/providers/payments/port.ts'
import type { Ctx } from '#lib/services/context.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import { insertTransfers } from './insert-transfers.ts'
import { runBatch } from './run-batch.ts'

/**
 * Stores one movement of Stripe's balance together with what it books (the fee; the amount of refunds, payouts and Stripe's own charges), once
 * by its id. What an event books too waits to be matched. What nobody foresaw books nothing and is an alarm.
 */
export async function bookBalanceEntry({
  ctx,
  input,
}: {
  ctx: Ctx
  input: ProviderBalanceEntry
}): Promise<'booked' | 'known' | 'refused'> {
  const meaning = balanceMeaning(input)
  if (input.currency !== 'usd' || meaning === 'unknown') {
    const message = `Stripe's balance moved by ${input.amountCents} cents of ${input.currency} (${input.id}, ${input.type}), which the books have no place for.`
    await raiseAlarm({ ctx, input: { key: `stripe_balance:${input.id}`, kind: 'stripe_balance', message } })
    if (input.currency !== 'usd') return 'refused'
  }
  const nowMs = ctx.nowMs()
  const insert = ctx.db.insert(stripeBalanceEntries).values({
    id: input.id,
    type: input.type,
    sourceId: input.sourceId,
    paymentIntentId: input.paymentIntentId,
    amountCents: input.amountCents,
    feeCents: input.feeCents,
    createdAtMs: input.createdMs,
    readAtMs: nowMs,
    matchedAtMs: meaning === 'payout' || meaning === 'fee' ? nowMs : null,
  })
  const result = await runBatch(ctx, [insert, ...insertTransfers(ctx, planBalanceEntry(input))])
  if (result.ok) return 'booked'
  const { outcome, meaning: why } = CONSTRAINTS[result.constraint]
  if (outcome === 'done') return 'known'
  throw new Error(`${input.id} of Stripe's balance cannot be booked: ${why}`)
}
