import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { users } from '#db/schema/accounts.ts'
import { topUps } from '#db/schema/ledger.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import type { StripeEventHandler } from './event-handler.ts'

const TakenBack = z.object({ id: z.string(), payment_intent: z.string().nullish(), status: z.string().optional() })

/**
 * `charge.dispute.created`, `charge.dispute.funds_withdrawn`, `charge.refunded`: money of a top-up went back without the wallet having
 * booked it. A dispute freezes the user at once, so that nothing more is spent; inquiries (`warning_…`) freeze nothing. The books are a
 * person's to correct, so an alarm says so and the event is parked in the inbox.
 */
export const onMoneyTakenBack: StripeEventHandler = async ({ ctx, event }) => {
  const taken = TakenBack.parse(event.data)
  const [topUp] = taken.payment_intent
    ? await ctx.db.select().from(topUps).where(eq(topUps.paymentIntentId, taken.payment_intent))
    : []
  if (!topUp) return 'ignored'
  if (event.type === 'charge.dispute.created' && !taken.status?.startsWith('warning_')) {
    await ctx.db.update(users).set({ frozenAtMs: ctx.nowMs() }).where(eq(users.id, topUp.userId))
  }
  const message = `Stripe's ${event.type} (${taken.id}) took back money of top-up ${topUp.id}; the wallet of ${topUp.userId} still shows it.`
  await raiseAlarm({ ctx, input: { key: `taken_back:${event.id}`, kind: 'money_taken_back', message } })
  return 'parked'
}
