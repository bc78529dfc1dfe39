import { and, eq, inArray, sql } from 'drizzle-orm'
import { topUps } from '#db/schema/ledger.ts'
import { walletSettings } from '#db/schema/spending.ts'
import { statesMovedBy } from '#lib/core/ledger/top-up-machine.ts'
import { AFTER_DECLINE_MS, DECLINES_ALLOWED, declineEvent } from '#lib/core/spending/auto-top-up-machine.ts'
import type { Ctx } from '#lib/services/context.ts'
import { mailDecline } from './spending-mails.ts'

/**
 * An automatic top-up that was declined: its owner is mailed with a link to pay themselves, the card is left alone for a day, and after three in
 * a row the switch goes to `stopped`. Once per top-up, whether the answer, the event or both bring it. Throws when the mail or
 * Stripe cannot be reached; it is then still to be done.
 */
export async function declineAutoTopUp({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { topUp: typeof topUps.$inferSelect; code: string; needsOwner: boolean; paymentIntentId: string | null }
}): Promise<void> {
  const { topUp, code, needsOwner, paymentIntentId } = input
  if (!statesMovedBy('payment_failed').includes(topUp.state)) return
  const [settings] = await ctx.db.select().from(walletSettings).where(eq(walletSettings.userId, topUp.userId))
  // A declined PaymentIntent could be paid later with another card; this top-up is over.
  if (paymentIntentId) await ctx.payments.abandonPayment({ paymentIntentId })
  const stops = declineEvent(settings?.autoDeclines ?? 0) === 'declined_too_often'
  await mailDecline({ ctx, input: { topUp, needsOwner, stops } })
  const stillOpen = and(eq(topUps.id, topUp.id), inArray(topUps.state, statesMovedBy('payment_failed')))
  const declines = sql`${walletSettings.autoDeclines} + 1`
  await ctx.db.batch([
    ctx.db
      .update(walletSettings)
      .set({
        autoDeclines: declines,
        autoNextAtMs: ctx.nowMs() + AFTER_DECLINE_MS,
        autoState: sql`iif(${walletSettings.autoState} = 'on' AND ${declines} >= ${DECLINES_ALLOWED}, 'stopped', ${walletSettings.autoState})`,
        updatedAtMs: ctx.nowMs(),
      })
      .where(and(eq(walletSettings.userId, topUp.userId), sql`EXISTS (SELECT 1 FROM ${topUps} WHERE ${stillOpen})`)),
    ctx.db
      .update(topUps)
      .set({
        state: 'failed',
        failureCode: code,
        paymentIntentId: sql`coalesce(${topUps.paymentIntentId}, ${paymentIntentId})`,
        updatedAtMs: ctx.nowMs(),
      })
      .where(stillOpen),
  ])
}
