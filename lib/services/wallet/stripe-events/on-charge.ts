import { and, eq, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { topUps } from '#db/schema/ledger.ts'
import type { StripeEventHandler } from './event-handler.ts'

const MeansOfPayment = z.object({
  brand: z.string().nullish(),
  bank_name: z.string().nullish(),
  last4: z.string().nullish(),
})

/** What we read of a Charge (https://docs.stripe.com/api/charges/object). */
const ChargeObject = z.object({
  id: z.string(),
  metadata: z.record(z.string(), z.string()),
  receipt_url: z.string().nullish(),
  payment_method_details: z.looseObject({ type: z.string() }).nullish(),
})

/** `charge.succeeded`, `charge.updated`: where the receipt is and what was paid with. Notes only; nothing is credited by it. */
export const onCharge: StripeEventHandler = async ({ ctx, event }) => {
  const charge = ChargeObject.parse(event.data)
  const { top_up_id: topUpId, user_id: userId } = charge.metadata
  if (topUpId === undefined || userId === undefined) return 'ignored'
  const paidWith = describeMeans(charge.payment_method_details ?? null)
  await ctx.db
    .update(topUps)
    .set({
      chargeId: charge.id,
      ...(charge.receipt_url && { receiptUrl: ofOpenAccount(userId, charge.receipt_url) }),
      ...(paidWith && { paidWith: ofOpenAccount(userId, paidWith) }),
    })
    .where(and(eq(topUps.id, topUpId), eq(topUps.userId, userId)))
  return 'done'
}

/** NULL once the account is closed: what erasing took out must not come back with a late event. */
function ofOpenAccount(userId: string, text: string): SQL<string | null> {
  return sql`iif(EXISTS (SELECT 1 FROM users WHERE id = ${userId} AND deleted_at_ms IS NULL), ${text}, NULL)`
}

/** `Visa •••• 4242`, `STRIPE TEST BANK •••• 6789`; null when Stripe tells no number. */
function describeMeans(details: z.infer<typeof ChargeObject>['payment_method_details'] | null): string | null {
  if (!details) return null
  const means = MeansOfPayment.safeParse(details[details.type])
  if (!means.success || !means.data.last4) return null
  const name = means.data.brand ?? means.data.bank_name ?? details.type
  return `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')} •••• ${means.data.last4}`
}
