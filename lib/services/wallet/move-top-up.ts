import { and, eq, inArray, sql } from 'drizzle-orm'
import { topUps } from '#db/schema/ledger.ts'
import { statesMovedBy, type TopUpEvent } from '#lib/core/ledger/top-up-machine.ts'
import type { Ctx } from '#lib/services/context.ts'

const TARGET = {
  payment_pending: 'processing',
  payment_failed: 'failed',
  session_expired: 'expired',
} as const satisfies Partial<Record<TopUpEvent, string>>

/** Moves a top-up without moving money, if it is in a state that the event moves; a late or repeated event changes nothing. */
export async function moveTopUp({
  ctx,
  input,
}: {
  ctx: Ctx
  input: {
    topUpId: string
    event: keyof typeof TARGET
    checkoutSessionId: string | null
    paymentIntentId: string | null
  }
}): Promise<void> {
  const { topUpId, event, checkoutSessionId, paymentIntentId } = input
  await ctx.db
    .update(topUps)
    .set({
      state: TARGET[event],
      checkoutSessionId: sql`coalesce(${topUps.checkoutSessionId}, ${checkoutSessionId})`,
      paymentIntentId: sql`coalesce(${topUps.paymentIntentId}, ${paymentIntentId})`,
      updatedAtMs: ctx.nowMs(),
    })
    .where(and(eq(topUps.id, topUpId), inArray(topUps.state, statesMovedBy(event))))
}
