import { eq } from 'drizzle-orm'
import { attempts, jobs } from '#db/schema/jobs.ts'
import type { JobState } from '#lib/contracts/api/jobs.ts'
import type { ErrorCode } from '#lib/contracts/errors.ts'
import type { JobEvent, TerminalJobState } from '#lib/core/jobs/job-machine.ts'
import { gpuCost } from '#lib/core/pricing/charge.ts'
import type { Ctx } from '#lib/services/context.ts'
import { prepareMeasurement } from '#lib/services/pricing/prepare-measurement.ts'
import { watchBalance } from '#lib/services/spending/watch-balance.ts'
import { prepareGpuCost } from '#lib/services/wallet/prepare-gpu-cost.ts'
import { prepareSettlement } from '#lib/services/wallet/prepare-settlement.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import type { JobRecord } from './job-record.ts'
import { notifyJobEnd } from './notify-job-end.ts'
import { endLiveAttempts, jobStatements, type Statement } from './transitions.ts'

const EVENT_OF: Record<TerminalJobState, JobEvent> = {
  succeeded: 'result_settled',
  failed: 'gave_up',
  canceled: 'cancel_requested',
}

export interface JobEnding {
  record: JobRecord
  fromStates: JobState[]
  outcome: TerminalJobState
  captureMicros: number
  /** The run the capture was computed from; what its GPU time cost us is booked too. Null when nothing ran that anyone pays for. */
  billed: { attemptId: string; gpuMs: number } | null
  failure?: { code: ErrorCode; message: string }
  /** Run in the same batch, before the job's own row changes. */
  before?: Statement[]
}

/**
 * Ends a job and settles its hold, if it has one, in one batch, guarded by the job's state: whoever comes first settles, the other aborts
 * harmlessly.
 * False when someone else was first. Runs of attempts that were still live are told to stop.
 */
export async function endJob(ctx: Ctx, ending: JobEnding): Promise<boolean> {
  const { record, outcome } = ending
  const result = await runBatch(ctx, [
    ...(await bookings(ctx, ending)),
    ...(ending.before ?? []),
    ...(outcome === 'succeeded' && ending.billed
      ? prepareMeasurement({ ctx, input: { jobId: record.job.id, quote: record.quote, gpuMs: ending.billed.gpuMs } })
      : []),
    ...jobStatements(ctx, {
      jobId: record.job.id,
      event: EVENT_OF[outcome],
      from: ending.fromStates,
      to: outcome,
      set: {
        finishedAtMs: ctx.nowMs(),
        failureCode: ending.failure?.code ?? null,
        failureMessage: ending.failure?.message ?? null,
      },
      ...(ending.failure ? { detail: `${ending.failure.code}: ${ending.failure.message}` } : {}),
    }),
    ...endLiveAttempts(ctx, record.job.id, outcome),
  ])
  const isFirst = result.ok && (record.hold !== null || (await endedAs(ctx, ending)))
  if (!isFirst) {
    ctx.log('info', 'another writer ended the job first', {
      jobId: record.job.id,
      outcome,
      constraint: result.ok ? null : result.constraint,
    })
    return false
  }
  await stopRuns(ctx, record.job.id)
  await notifyJobEnd({
    ctx,
    input: { record, outcome, captureMicros: ending.captureMicros, failure: ending.failure ?? null },
  })
  await watchBalanceAfter(ctx, ending)
  return true
}

/** The job is settled already: mail and automatic top-up that fail now are the reconciler's. */
async function watchBalanceAfter(ctx: Ctx, { record, captureMicros }: JobEnding): Promise<void> {
  if (captureMicros === 0) return
  try {
    await watchBalance({ ctx, input: { userId: record.job.userId } })
  } catch (error) {
    ctx.log('warn', 'the balance was not looked at after a job', { jobId: record.job.id, error: String(error) })
  }
}

/** A priced job settles its hold; a free one has none, and what it cost us is booked all the same. */
async function bookings(ctx: Ctx, { record, billed, ...ending }: JobEnding): Promise<Statement[]> {
  const gpuCostMicros = billed ? gpuCost(record.quote.rateMicrosPerSecond, billed.gpuMs) : 0
  if (record.hold === null)
    return billed ? prepareGpuCost({ ctx, input: { attemptId: billed.attemptId, amountMicros: gpuCostMicros } }) : []
  const { fromStates, outcome, captureMicros } = ending
  const { statements } = await prepareSettlement({
    ctx,
    input: {
      jobId: record.job.id,
      fromStates,
      outcome,
      captureMicros,
      gpuMs: billed?.gpuMs ?? 0,
      ...(billed && { causeAttemptId: billed.attemptId, gpuCostMicros }),
    },
  })
  return statements
}

/** Whether a free job ended as it should: no settlement aborts the batch of whoever comes second. */
async function endedAs(ctx: Ctx, { record, outcome }: JobEnding): Promise<boolean> {
  const [row] = await ctx.db.select({ state: jobs.state }).from(jobs).where(eq(jobs.id, record.job.id))
  return row?.state === outcome
}

/** Tells RunPod to stop what is not wanted any more. Best effort: the reconciler asks again until it is confirmed. */
async function stopRuns(ctx: Ctx, jobId: string): Promise<void> {
  // By the job alone: SQLite, left to choose, would look through all canceled attempts that ever were.
  const runs = await ctx.db
    .select({ state: attempts.state, endpointId: attempts.endpointId, runpodJobId: attempts.runpodJobId })
    .from(attempts)
    .where(eq(attempts.jobId, jobId))
  const canceled = runs.filter((run) => run.state === 'canceled')
  await Promise.all(
    canceled.map((run) => (run.runpodJobId === null ? null : ctx.compute.cancel(run.endpointId, run.runpodJobId))),
  )
}
