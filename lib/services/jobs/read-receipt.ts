import { and, asc, desc, eq, isNotNull, lte } from 'drizzle-orm'
import { topUps, transfers } from '#db/schema/ledger.ts'
import type { ReceiptView } from '#lib/contracts/api/jobs.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { loadJob } from './job-record.ts'

const FUNDING_SHOWN = 5

/** Everything that ties Stripe's payments to the transfers of one job to RunPod's GPU time. */
export async function readReceipt({ ctx, input }: { ctx: UserCtx; input: { jobId: string } }): Promise<ReceiptView> {
  const record = await loadJob(ctx, input.jobId, ctx.userId)
  const { job, quote, hold, settlement } = record
  const [transferRows, fundingRows] = await ctx.db.batch([
    ctx.db
      .select()
      .from(transfers)
      .where(and(eq(transfers.userId, ctx.userId), eq(transfers.holdId, hold?.id ?? '')))
      .orderBy(asc(transfers.createdAtMs), asc(transfers.id)),
    ctx.db
      .select()
      .from(topUps)
      .where(
        and(
          eq(topUps.userId, ctx.userId),
          eq(topUps.state, 'credited'),
          isNotNull(topUps.paymentIntentId),
          lte(topUps.createdAtMs, job.createdAtMs),
        ),
      )
      .orderBy(desc(topUps.createdAtMs))
      .limit(FUNDING_SHOWN),
  ])
  return {
    job_id: job.id,
    task: job.task as ReceiptView['task'],
    state: job.state,
    input_name: record.input.fileName,
    created_at_ms: job.createdAtMs,
    finished_at_ms: job.finishedAtMs,
    quote_id: quote.id,
    ceiling_micros: hold === null ? 0 : quote.ceilingMicros,
    hold_id: hold?.id ?? null,
    captured_micros: settlement?.captureMicros ?? null,
    released_micros: settlement?.releaseMicros ?? null,
    calculation: settlement
      ? {
          gpu_ms: settlement.gpuMs,
          rate_micros_per_second: quote.rateMicrosPerSecond,
          markup_bps: quote.markupBps,
          minimum_micros: quote.minimumMicros,
          gpu_class: quote.gpuClass,
        }
      : null,
    transfers: transferRows.map((row) => ({
      id: row.id,
      kind: row.kind,
      debit: shortAccount(row.debitAccountId),
      credit: shortAccount(row.creditAccountId),
      amount_micros: row.amountMicros,
      at_ms: row.createdAtMs,
    })),
    attempts: record.attempts.map((attempt) => ({
      number: attempt.number,
      state: attempt.state,
      runpod_job_id: attempt.runpodJobId,
      execution_ms: attempt.executionMs,
      billed: attempt.state === 'completed' && job.state === 'succeeded',
    })),
    funding: fundingRows.map((row) => ({
      top_up_id: row.id,
      stripe_payment_intent: row.paymentIntentId ?? '',
      amount_micros: row.amountCents * 10_000,
      at_ms: row.createdAtMs,
    })),
  }
}

/** `usr_x:available` → `available`, `system:revenue` → `revenue`. */
const shortAccount = (id: string) => id.slice(id.indexOf(':') + 1)
