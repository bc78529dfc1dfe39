import { and, desc, eq, sql } from 'drizzle-orm'
import { stripeEvents } from '#db/schema/ledger.ts'
import type { StripeEventPage, StripeEventState } from '#lib/contracts/api/stripe-events.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { Ctx } from '#lib/services/context.ts'

const PAGE_SIZE = 25

/** The inbox of Stripe's events in one state, newest first. Callers must have checked that an admin asks. Throws `invalid_request`. */
export async function listStripeEvents({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { state: StripeEventState; cursor?: string | undefined }
}): Promise<StripeEventPage> {
  const rows = await ctx.db
    .select()
    .from(stripeEvents)
    .where(and(eq(stripeEvents.state, input.state), input.cursor === undefined ? undefined : before(input.cursor)))
    .orderBy(desc(stripeEvents.receivedAtMs), desc(stripeEvents.id))
    .limit(PAGE_SIZE + 1)
  const page = rows.slice(0, PAGE_SIZE)
  const last = page.at(-1)
  return {
    events: page.map((row) => ({
      event_id: row.id,
      type: row.type,
      state: row.state,
      error: row.error,
      attempts: row.attempts,
      created_at_ms: row.createdAtMs,
      handled_at_ms: row.handledAtMs,
    })),
    next_cursor: last && rows.length > PAGE_SIZE ? `${last.receivedAtMs}_${last.id}` : null,
  }
}

function before(cursor: string) {
  const [, receivedAtMs, id] = /^(\d{1,15})_(\w{1,100})$/.exec(cursor) ?? []
  if (receivedAtMs === undefined || id === undefined) {
    throw new AppError('invalid_request', 'This page of the inbox does not exist.', { field: 'cursor' })
  }
  return sql`(${stripeEvents.receivedAtMs}, ${stripeEvents.id}) < (${Number(receivedAtMs)}, ${id})`
}
