import { and, eq, notInArray, sql } from 'drizzle-orm'
import { stripeEvents } from '#db/schema/ledger.ts'
import { PaymentEvent } from '#lib/providers/payments/port.ts'
import type { Ctx } from '#lib/services/context.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import { resolveAlarm } from '#lib/services/operations/resolve-alarm.ts'
import type { StoredEvent } from './store-stripe-event.ts'
import { STRIPE_EVENT_HANDLERS } from './stripe-events/index.ts'
import { PaymentMismatch } from './stripe-events/match-top-up.ts'

export type HandledState = 'done' | 'ignored' | 'failed'

/** A passing trouble is over by then; after this many attempts a person must look. */
const ATTEMPTS_BEFORE_ALARM = 3

/**
 * Handles a stored event, or leaves it alone if that was done before; also how an admin replays one that failed. A failure is kept with
 * the event, and its state returned, so that the caller can ask Stripe to send it again.
 */
export async function handleStripeEvent({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { eventId: string }
}): Promise<HandledState> {
  const [stored] = await ctx.db.select().from(stripeEvents).where(eq(stripeEvents.id, input.eventId))
  if (!stored) throw new Error(`Event ${input.eventId} is not in the inbox`)
  return handleStoredEvent({ ctx, stored })
}

/** The same for one that was read just now. */
export async function handleStoredEvent({ ctx, stored }: { ctx: Ctx; stored: StoredEvent }): Promise<HandledState> {
  if (stored.state === 'done' || stored.state === 'ignored') return stored.state
  try {
    const handle = STRIPE_EVENT_HANDLERS.get(stored.type)
    const event = PaymentEvent.parse(JSON.parse(stored.payloadJson))
    return await finish(ctx, stored, handle ? await handle({ ctx, event }) : 'ignored', null)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof PaymentMismatch || stored.attempts + 1 >= ATTEMPTS_BEFORE_ALARM) {
      const alarm = `Stripe's ${stored.type} (${stored.id}) could not be handled: ${message}`
      await raiseAlarm({
        ctx,
        input: { key: `stripe_event:${stored.id}`, kind: 'stripe_event_failed', message: alarm },
      })
    }
    return await finish(ctx, stored, 'failed', message)
  }
}

/** Two deliveries may be handled at once: what one of them did is not undone by the failure of the other. */
async function finish(ctx: Ctx, stored: StoredEvent, state: HandledState, error: string | null): Promise<HandledState> {
  const unhandled = state === 'failed' ? notInArray(stripeEvents.state, ['done', 'ignored']) : undefined
  const result = await ctx.db
    .update(stripeEvents)
    .set({ state, error, attempts: sql`${stripeEvents.attempts} + 1`, handledAtMs: ctx.nowMs() })
    .where(and(eq(stripeEvents.id, stored.id), unhandled))
  const outcome = result.meta.changes === 0 ? 'done' : state
  // What waited for an event that came later is nobody's business any more.
  if (outcome !== 'failed' && (stored.attempts > 0 || error !== null))
    await resolveAlarm({ ctx, input: { key: `stripe_event:${stored.id}` } })
  return outcome
}
