import { z } from 'zod'
import { formatUsd } from '#lib/core/money.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import { resolveAlarm } from '#lib/services/operations/resolve-alarm.ts'
import { bookDispute } from '#lib/services/wallet/book-dispute.ts'
import type { StripeEventHandler } from './event-handler.ts'

/** What we read of a Dispute (https://docs.stripe.com/api/disputes/object). */
const DisputeObject = z.object({
  id: z.string(),
  charge: z.string(),
  payment_intent: z.string().nullish(),
  status: z.string(),
  reason: z.string().nullish(),
  amount: z.number().int(),
  currency: z.string(),
  evidence_details: z.object({ due_by: z.number().int().nullish() }).nullish(),
  balance_transactions: z.array(z.object({ id: z.string(), amount: z.number().int(), created: z.number() })),
})

/**
 * Every `charge.dispute.…` event: each carries the dispute as it was, so that any of them, in any order, brings the books to where the
 * newest leads. An operator is told while an answer to the bank is due.
 */
export const onDispute: StripeEventHandler = async ({ ctx, event }) => {
  const dispute = DisputeObject.parse(event.data)
  const movements = [...dispute.balance_transactions].sort((a, b) => a.created - b.created || a.amount - b.amount)
  const dueS = dispute.evidence_details?.due_by ?? null
  const claim = {
    disputeId: dispute.id,
    chargeId: dispute.charge,
    paymentIntentId: dispute.payment_intent ?? null,
    status: dispute.status,
    reason: dispute.reason ?? null,
    amountCents: dispute.amount,
    currency: dispute.currency,
    evidenceDueAtMs: dueS === null ? null : dueS * 1000,
    movements: movements.map(({ id, amount }) => ({ id, amountCents: amount })),
  }
  const booked = await bookDispute({ ctx, input: claim })
  if (booked.outcome === 'ignored') return 'ignored'
  const { state, amountMicros, evidenceDueAtMs, topUpId } = booked.dispute
  const key = `dispute:${dispute.id}`
  if (state !== 'open' && state !== 'inquiry') {
    await resolveAlarm({ ctx, input: { key } })
    return 'done'
  }
  const what = state === 'open' ? 'Chargeback' : 'Inquiry'
  const due = evidenceDueAtMs === null ? '' : ` Answer by ${new Date(evidenceDueAtMs).toISOString().slice(0, 10)}.`
  const message = `${what} ${dispute.id} of ${formatUsd(amountMicros)}, top-up ${topUpId}.${due}`
  await raiseAlarm({ ctx, input: { key, kind: state === 'open' ? 'dispute_open' : 'dispute_inquiry', message } })
  return 'done'
}
