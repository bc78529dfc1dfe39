import { and, asc, eq } from 'drizzle-orm'
import { transfers } from '#db/schema/ledger.ts'
import { goodwillRefunds } from '#db/schema/spending.ts'
import type { ReceiptView } from '#lib/contracts/api/jobs.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { type AttemptRow, type JobRecord, loadJob } from './job-record.ts'
import { readFunding } from './read-funding.ts'

/** Everything that ties Stripe's payments to the transfers of one job to RunPod's GPU time. */
export async function readReceipt({ ctx, input }: { ctx: UserCtx; input: { jobId: string } }): Promise<ReceiptView> {
  const record = await loadJob(ctx, input.jobId, ctx.userId)
  const { job, quote, hold, settlement } = record
  const [transferRows, [refund], funding] = await Promise.all([
    ctx.db
      .select()
      .from(transfers)
      .where(and(eq(transfers.userId, ctx.userId), eq(transfers.holdId, hold?.id ?? '')))
      .orderBy(asc(transfers.createdAtMs), asc(transfers.id)),
    ctx.db.select().from(goodwillRefunds).where(eq(goodwillRefunds.jobId, job.id)),
    readFunding(ctx, record),
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
    attempts: record.attempts.map((attempt) => attemptLine(record, attempt)),
    ...funding,
    given_back: refund ? { amount_micros: refund.amountMicros, at_ms: refund.createdAtMs } : null,
  }
}

/** Billed is the run that won, or the one that was stopped by cancelling; its seconds are then our own count. */
function attemptLine({ job, attempts, settlement }: JobRecord, attempt: AttemptRow): ReceiptView['attempts'][number] {
  const stopped = job.state === 'canceled' && (settlement?.captureMicros ?? 0) > 0 && attempt.id === attempts.at(-1)?.id
  const won = job.state === 'succeeded' && attempt.state === 'completed'
  return {
    number: attempt.number,
    state: attempt.state,
    runpod_job_id: attempt.runpodJobId,
    execution_ms: attempt.executionMs ?? (stopped ? (settlement?.gpuMs ?? null) : null),
    billed: won || stopped,
  }
}

/** `usr_x:available` → `available`, `system:revenue` → `revenue`. */
const shortAccount = (id: string) => id.slice(id.indexOf(':') + 1)
