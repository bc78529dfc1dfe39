import { and, eq } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import { refunds } from '#db/schema/ledger.ts'
import type { PaymentEvent } from '#lib/providers/payments/port.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { handleStripeEvent } from '#lib/services/wallet/handle-stripe-event.ts'
import { sendRefund } from '#lib/services/wallet/send-refund.ts'
import { storeStripeEvent } from '#lib/services/wallet/store-stripe-event.ts'
import { endJob } from './job.ts'
import type { Player } from './players.ts'

/** A delivery of Stripe's, or one found in Stripe's list, or a replay by an admin: all of them do this. */
export async function takeEvent(ctx: UserCtx, event: PaymentEvent): Promise<boolean> {
  await storeStripeEvent({ ctx, input: event })
  return (await handleStripeEvent({ ctx, input: { eventId: event.id } })) !== 'failed'
}

/** Asks Stripe for what was set aside and never got there. */
export async function sendWaitingRefunds(ctx: UserCtx): Promise<number> {
  const waiting = await ctx.db
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.userId, ctx.userId), eq(refunds.state, 'requested')))
  for (const { id } of waiting) await sendRefund({ ctx, input: { refundId: id } })
  return waiting.length
}

/** Holds that expired: their jobs failed, and nothing is charged. */
export async function expireHolds(ctx: UserCtx, player: Player): Promise<void> {
  const open = await ctx.db
    .select({ jobId: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.userId, ctx.userId), eq(jobs.state, 'queued')))
  for (const { jobId } of open) await endJob(ctx, player, { jobId, outcome: 'failed', captureMicros: 0 })
}
