import { eq } from 'drizzle-orm'
import { stripeEvents } from '#db/schema/ledger.ts'
import { redactJson } from '#lib/core/accounts/redact-json.ts'
import type { PaymentEvent } from '#lib/providers/payments/port.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Where Stripe's objects tell who somebody is (https://docs.stripe.com/api): nothing here needs it, and what is not kept need not be deleted. */
const PERSONAL: ReadonlySet<string> = new Set([
  'billing_address',
  'billing_details',
  'collected_information',
  'customer_address',
  'customer_details',
  'customer_email',
  'customer_email_address',
  'customer_name',
  'customer_phone',
  'customer_purchase_ip',
  'customer_shipping',
  'email',
  'evidence',
  'phone',
  'receipt_email',
  'shipping',
  'shipping_details',
])

export type StoredEvent = typeof stripeEvents.$inferSelect

/** Puts a verified event into the inbox, once by its id, without what it says about a person. Returns what is there by then. */
export async function storeStripeEvent({ ctx, input }: { ctx: Ctx; input: PaymentEvent }): Promise<StoredEvent> {
  const insert = ctx.db
    .insert(stripeEvents)
    .values({
      id: input.id,
      type: input.type,
      state: 'received',
      payloadJson: JSON.stringify({ ...input, data: redactJson(input.data, PERSONAL) }),
      createdAtMs: input.createdMs,
      receivedAtMs: ctx.nowMs(),
    })
    .onConflictDoNothing({ target: stripeEvents.id })
  const [, [stored]] = await ctx.db.batch([
    insert,
    ctx.db.select().from(stripeEvents).where(eq(stripeEvents.id, input.id)),
  ])
  if (!stored) throw new Error(`Event ${input.id} was not stored`)
  return stored
}
