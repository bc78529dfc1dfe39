import { and, asc, lt, sql } from 'drizzle-orm'
import { refunds } from '#db/schema/ledger.ts'
import { formatUsd } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import { resolveAlarm } from '#lib/services/operations/resolve-alarm.ts'
import { sendRefund } from './send-refund.ts'

export interface RefundReport {
  sent: number
  waiting: number
}

/** Younger ones are most likely being sent by whoever placed them. */
const SETTLE_MS = 60_000
/** Stripe says no to a refund it cannot pay, e.g. while our balance there is empty; after this a person must look. */
const TOO_LONG_MS = 3_600_000
const REFUNDS_PER_RUN = 20

/** Asks Stripe for the refunds that were set aside but never reached it: lost answers, crashes, outages. Safe twice at once. */
export async function reconcileRefunds({ ctx }: { ctx: Ctx }): Promise<RefundReport> {
  const nowMs = ctx.nowMs()
  const rows = await unsentRefunds(ctx)
  let sent = 0
  for (const refund of rows) {
    const key = `refund_unsent:${refund.id}`
    try {
      await sendRefund({ ctx, input: { refundId: refund.id } })
      await resolveAlarm({ ctx, input: { key } })
      sent += 1
    } catch (error) {
      ctx.log('warn', 'a refund could not be sent', { refundId: refund.id, error: String(error) })
      if (nowMs - refund.createdAtMs < TOO_LONG_MS) continue
      const reason = error instanceof Error && error.cause ? String(error.cause) : String(error)
      const message = `Refund ${refund.id} of ${formatUsd(refund.amountMicros)} does not get through to Stripe: ${reason}`
      await raiseAlarm({ ctx, input: { key, kind: 'refund_unsent', message } })
    }
  }
  return { sent, waiting: rows.length - sent }
}

/** The state is literal: SQLite uses a partial index only where the query says in so many words what the index does. */
export function unsentRefunds(ctx: Ctx) {
  const lastTriedAtMs = sql`coalesce(${refunds.sentAtMs}, ${refunds.createdAtMs})`
  return ctx.db
    .select({ id: refunds.id, amountMicros: refunds.amountMicros, createdAtMs: refunds.createdAtMs })
    .from(refunds)
    .where(and(sql`state = 'requested'`, lt(lastTriedAtMs, ctx.nowMs() - SETTLE_MS)))
    .orderBy(asc(lastTriedAtMs))
    .limit(REFUNDS_PER_RUN)
}
