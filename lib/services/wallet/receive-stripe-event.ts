import type { Ctx } from '#lib/services/context.ts'
import { type HandledState, handleStoredEvent } from './handle-stripe-event.ts'
import { storeStripeEvent } from './store-stripe-event.ts'

/**
 * Takes a webhook delivery: verify, store once, handle. Answer `failed` with a 5xx and Stripe sends it again; a repeat of a handled event
 * changes nothing. Throws `forbidden`, before anything is stored, when the signature is not Stripe's or too old.
 */
export async function receiveStripeEvent({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { rawBody: string; signature: string }
}): Promise<{ eventId: string; state: HandledState }> {
  const event = await ctx.payments.verifyEvent(input.rawBody, input.signature)
  const stored = await storeStripeEvent({ ctx, input: event })
  const state = await handleStoredEvent({ ctx, stored })
  return { eventId: event.id, state }
}
