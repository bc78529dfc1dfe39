import { stripeEvents } from '#db/schema/ledger.ts'
import type { PaymentEvent } from '#lib/providers/payments/port.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Puts a verified event into the inbox, once by its id. */
export async function storeStripeEvent({ ctx, input }: { ctx: Ctx; input: PaymentEvent }): Promise<void> {
  await ctx.db
    .insert(stripeEvents)
    .values({
      id: input.id,
      type: input.type,
      state: 'received',
      payloadJson: JSON.stringify(input),
      createdAtMs: input.createdMs,
      receivedAtMs: ctx.nowMs(),
    })
    .onConflictDoNothing({ target: stripeEvents.id })
}
