import { sql } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import { auditLog } from '#db/schema/operations.ts'
import { goodwillRefunds } from '#db/schema/spending.ts'
import type { GoodwillView, RequestGoodwill } from '#lib/contracts/api/spending.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { owedMicros } from '#lib/core/ledger/accounts.ts'
import { CONSTRAINTS } from '#lib/core/ledger/constraints.ts'
import { planGoodwill } from '#lib/core/ledger/plan-goodwill.ts'
import { decideGoodwill, GOODWILL_WINDOW_MS, mostMicros } from '#lib/core/spending/goodwill.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { type JobRecord, loadJob } from '#lib/services/jobs/job-record.ts'
import { insertTransfers } from '#lib/services/wallet/insert-transfers.ts'
import { readBalances } from '#lib/services/wallet/read-balances.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import { goodwillFacts, promoPart, readGoodwill } from './read-goodwill.ts'

/** The plan rests on the user's debt; more than this many changes of it in a row are no race any more. */
const PLANS = 5

/**
 * "Not happy? Refund": gives what a finished job cost back to where it came from, once, within the operator's limits, which the batch itself checks
 * again. Asking again after it was done answers the same. Errors: not_found, goodwill_refused (saying why).
 */
export async function requestGoodwill({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: RequestGoodwill & { jobId: string }
}): Promise<GoodwillView> {
  for (let plans = 0; plans < PLANS; plans++) {
    const record = await loadJob(ctx, input.jobId, ctx.userId)
    const view = await readGoodwill({ ctx, input })
    if (view.state === 'refunded') return view
    const facts = await goodwillFacts(ctx, record)
    const decision = decideGoodwill(ctx.settings.spending.goodwill, facts, ctx.nowMs())
    if (!decision.ok) throw refusal(decision.refusal)
    const result = await runBatch(ctx, await statements(ctx, record, input, facts.capturedMicros))
    if (result.ok || CONSTRAINTS[result.constraint].outcome === 'done') return readGoodwill({ ctx, input })
    if (CONSTRAINTS[result.constraint].outcome === 'bug') {
      throw new Error(`Job ${input.jobId} cannot be given back: ${CONSTRAINTS[result.constraint].meaning}`)
    }
  }
  throw new AppError('unavailable', 'Your wallet is being used by several things at once. Please try again.')
}

async function statements(ctx: UserCtx, record: JobRecord, input: RequestGoodwill, capturedMicros: number) {
  const { job, hold, settlement } = record
  if (!hold || !settlement) throw refusal('not_finished')
  const refundId = ctx.newId('gdw')
  const captureMicros = settlement.captureMicros
  const { balances } = await readBalances({ ctx, input: { userId: ctx.userId } })
  const drafts = planGoodwill({
    userId: ctx.userId,
    refundId,
    holdId: hold.id,
    captureMicros,
    promoMicros: promoPart(record),
    owedMicros: owedMicros(balances),
  })
  const line = {
    actorId: ctx.userId,
    action: 'job.goodwill',
    subjectId: job.id,
    detail: `${captureMicros} micros: ${input.reason}`,
  }
  return [
    insertRefund(ctx, record, { ...input, refundId, captureMicros, capturedMicros }),
    ...insertTransfers(ctx, drafts),
    ctx.db.insert(auditLog).values({ id: ctx.newId('aud'), ...line, atMs: ctx.nowMs() }),
  ]
}

/** Its reason is NULL, which the column refuses, when the limits do not allow it as they stand when this is written. */
function insertRefund(
  ctx: UserCtx,
  record: JobRecord,
  refund: RequestGoodwill & { refundId: string; captureMicros: number; capturedMicros: number },
) {
  const { goodwill: limits } = ctx.settings.spending
  const { captureMicros } = refund
  const sinceMs = ctx.nowMs() - GOODWILL_WINDOW_MS
  const recent = sql`FROM ${goodwillRefunds} WHERE user_id = ${ctx.userId} AND created_at_ms >= ${sinceMs}`
  const allowed = sql`(SELECT count(*) ${recent}) < ${limits.count}
    AND (SELECT coalesce(sum(amount_micros), 0) ${recent}) + ${captureMicros} <= ${mostMicros(limits, refund.capturedMicros)}
    AND EXISTS (SELECT 1 FROM ${users} WHERE id = ${ctx.userId} AND frozen_at_ms IS NULL AND deleted_at_ms IS NULL)`
  return ctx.db.insert(goodwillRefunds).values({
    id: refund.refundId,
    userId: ctx.userId,
    jobId: record.job.id,
    amountMicros: captureMicros,
    promoMicros: promoPart(record),
    reason: sql`iif(${allowed}, ${refund.reason}, NULL)`,
    note: refund.note,
    createdAtMs: ctx.nowMs(),
  })
}

function refusal(why: NonNullable<GoodwillView['refusal']>): AppError {
  return new AppError('goodwill_refused', REFUSALS[why])
}

const REFUSALS: Record<NonNullable<GoodwillView['refusal']>, string> = {
  not_finished: 'Only jobs that finished can be refunded; others cost nothing, or what was used until you cancelled.',
  free: 'This job cost nothing.',
  too_late: 'The time for this has passed. Write to us and a person will look at it.',
  too_many: 'You have used this often lately. Write to us and a person will look at it.',
  too_much: 'This is a large part of what you paid lately. Write to us and a person will look at it.',
  frozen: 'Your wallet is on hold while a payment is disputed.',
  off: 'This is not offered at the moment. Write to us and a person will look at it.',
}
