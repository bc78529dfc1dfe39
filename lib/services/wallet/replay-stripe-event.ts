import { eq } from 'drizzle-orm'
import { stripeEvents } from '#db/schema/ledger.ts'
import { auditLog } from '#db/schema/operations.ts'
import type { StripeEventView } from '#lib/contracts/api/stripe-events.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { handleStripeEvent } from './handle-stripe-event.ts'

/**
 * Handles an event of the inbox once more, for an admin (`ctx`), and writes down who asked. Safe however often: a handled event is left alone,
 * and every handler repeats harmlessly. One that was ignored is looked at again, because a later version may know it. Its alarm goes when it
 * succeeds. Errors: not_found.
 */
export async function replayStripeEvent({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { eventId: string }
}): Promise<StripeEventView> {
  const { eventId } = input
  const before = await readEvent(ctx, eventId)
  if (before.state !== 'done') {
    await ctx.db.batch([
      ctx.db.update(stripeEvents).set({ state: 'received' }).where(eq(stripeEvents.id, eventId)),
      ctx.db.insert(auditLog).values({
        id: ctx.newId('aud'),
        actorId: ctx.userId,
        action: 'stripe_event.replay',
        subjectId: eventId,
        detail: `${before.type}, was ${before.state}`,
        atMs: ctx.nowMs(),
      }),
    ])
    await handleStripeEvent({ ctx, input: { eventId } })
  }
  const row = await readEvent(ctx, eventId)
  return {
    event_id: row.id,
    type: row.type,
    state: row.state,
    error: row.error,
    attempts: row.attempts,
    created_at_ms: row.createdAtMs,
    handled_at_ms: row.handledAtMs,
  }
}

async function readEvent(ctx: UserCtx, eventId: string): Promise<typeof stripeEvents.$inferSelect> {
  const [row] = await ctx.db.select().from(stripeEvents).where(eq(stripeEvents.id, eventId))
  if (!row) throw new AppError('not_found', 'There is no such event in the inbox.')
  return row
}
