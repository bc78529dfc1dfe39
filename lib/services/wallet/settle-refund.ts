import { and, eq, inArray, sql } from 'drizzle-orm'
import { refunds } from '#db/schema/ledger.ts'
import {
  isRefundUndone,
  nextRefundState,
  type RefundEvent,
  refundEventOf,
  refundStatesMovedBy,
} from '#lib/core/ledger/refund-machine.ts'
import { centsToMicros } from '#lib/core/money.ts'
import type { ProviderRefund } from '#lib/providers/payments/port.ts'
import type { Ctx } from '#lib/services/context.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import { recordStripeRefund } from './record-stripe-refund.ts'
import { PaymentMismatch } from './stripe-events/match-top-up.ts'
import { undoRefund } from './undo-refund.ts'

type Refund = typeof refunds.$inferSelect

/**
 * Makes our books agree with a refund as Stripe has it, whoever made it and wherever we heard of it: an event, the answer to our request,
 * Stripe's list. Repeating it, in any order with older or newer news of the same refund, ends the same.
 * Throws PaymentMismatch when it is not the refund we asked for.
 */
export async function settleRefund({ ctx, input }: { ctx: Ctx; input: ProviderRefund }): Promise<'done' | 'ignored'> {
  const event = refundEventOf(input.status)
  if (event === null) throw new Error(`Refund ${input.id} is ${input.status} at Stripe, which is new to us`)
  const refund = await findRefund(ctx, input)
  if (!refund) return await recordStripeRefund({ ctx, input: { refund: input, event } })
  requireSame(refund, input)
  const next = nextRefundState(refund.state, event)
  if (next === 'own') {
    const message = `Stripe made refund ${input.id} (${refund.id}) after refusing it. It is booked; the user has it twice if we gave it back.`
    await raiseAlarm({ ctx, input: { key: `refund_refused:${refund.id}`, kind: 'refund_contradiction', message } })
    return await recordStripeRefund({ ctx, input: { refund: input, event } })
  }
  if (next === refund.state) return 'done'
  if (event === 'failed') {
    const undo = { refundId: refund.id, event, failureCode: input.failureReason, stripeRefundId: input.id } as const
    await undoRefund({ ctx, input: undo })
  } else {
    await moveRefund(ctx, refund, event, input.id, next)
  }
  return 'done'
}

/** By Stripe's id before ours: of two refunds that bear our id, only one is bound to it. */
async function findRefund(ctx: Ctx, refund: ProviderRefund): Promise<Refund | undefined> {
  const [known] = await ctx.db.select().from(refunds).where(eq(refunds.stripeRefundId, refund.id))
  if (known || refund.refundId === null) return known
  const [asked] = await ctx.db.select().from(refunds).where(eq(refunds.id, refund.refundId))
  return asked && asked.stripeRefundId === null ? asked : undefined
}

function requireSame(ours: Refund, theirs: ProviderRefund): void {
  const micros = ours.amountMicros + centsToMicros(ours.taxCents)
  const isSame = theirs.currency === 'usd' && centsToMicros(theirs.amountCents) === micros
  if (isSame) return
  const said = `${theirs.amountCents} cents of ${theirs.currency}`
  throw new PaymentMismatch(`Refund ${ours.id} is ${said} at Stripe and ${micros} micros here`)
}

async function moveRefund(ctx: Ctx, refund: Refund, event: RefundEvent, stripeRefundId: string, next: Refund['state']) {
  if (isRefundUndone(next)) throw new Error(`Refund ${refund.id} cannot become ${next} without its money`)
  await ctx.db
    .update(refunds)
    .set({
      state: next,
      stripeRefundId: sql`coalesce(${refunds.stripeRefundId}, ${stripeRefundId})`,
      updatedAtMs: ctx.nowMs(),
    })
    .where(and(eq(refunds.id, refund.id), inArray(refunds.state, refundStatesMovedBy(event))))
}
