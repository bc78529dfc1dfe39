import { AppError } from '#lib/contracts/errors.ts'
import { json, readText, route } from '#lib/platform/route.ts'
import { receiveStripeEvent } from '#lib/services/wallet/receive-stripe-event.ts'

export const runtime = 'edge'

const MAX_BYTES = 256 * 1024

/** The signature is over the body's bytes, so it is read as text and never as JSON. A 5xx makes Stripe send the event again. */
export const POST = route({ auth: 'public', maxBodyBytes: MAX_BYTES }, async ({ ctx, request }) => {
  const rawBody = await readText(request, MAX_BYTES)
  const signature = request.headers.get('stripe-signature') ?? ''
  const { eventId, state } = await receiveStripeEvent({ ctx, input: { rawBody, signature } })
  if (state !== 'failed') return { event_id: eventId, state }
  return json(new AppError('internal', 'The event is kept, but could not be handled. Send it again.').toBody(), 500)
})
