import { and, eq } from 'drizzle-orm'
import { attempts } from '#db/schema/jobs.ts'
import type { JobState } from '#lib/contracts/api/jobs.ts'
import type { ErrorCode } from '#lib/contracts/errors.ts'
import type { JobEvent, TerminalJobState } from '#lib/core/jobs/job-machine.ts'
import { gpuCost } from '#lib/core/pricing/charge.ts'
import type { Ctx } from '#lib/services/context.ts'
import { prepareMeasurement } from '#lib/services/pricing/prepare-measurement.ts'
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
 * Ends a job and settles its hold in one batch, guarded by the job's state: whoever comes first settles, the other aborts harmlessly.
 * False when someone else was first. Runs of attempts that were still live are told to stop.
 */
export async function endJob(ctx: Ctx, ending: JobEnding): Promise<boolean> {
  const { record, outcome } = ending
  const settlement = await prepareSettlement({
    ctx,
    input: {
      jobId: record.job.id,
      fromStates: ending.fromStates,
      outcome,
      captureMicros: ending.captureMicros,
      gpuMs: ending.billed?.gpuMs ?? 0,
      ...(ending.billed && {
        causeAttemptId: ending.billed.attemptId,
        gpuCostMicros: gpuCost(record.quote.rateMicrosPerSecond, ending.billed.gpuMs),
      }),
    },
  })
  const result = await runBatch(ctx, [
    ...settlement.statements,
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
  if (!result.ok) {
    ctx.log('info', 'another writer ended the job first', {
      jobId: record.job.id,
      outcome,
      constraint: result.constraint,
    })
    return false
  }
  await stopRuns(ctx, record.job.id)
  await notifyJobEnd({
    ctx,
    input: { record, outcome, captureMicros: ending.captureMicros, failure: ending.failure ?? null },
  })
  return true
}

/** Tells RunPod to stop what is not wanted any more. Best effort: the reconciler asks again until it is confirmed. */
async function stopRuns(ctx: Ctx, jobId: string): Promise<void> {
  const canceled = await ctx.db
    .select({ endpointId: attempts.endpointId, runpodJobId: attempts.runpodJobId })
    .from(attempts)
    .where(and(eq(attempts.jobId, jobId), eq(attempts.state, 'canceled')))
  await Promise.all(
    canceled.map((run) => (run.runpodJobId === null ? null : ctx.compute.cancel(run.endpointId, run.runpodJobId))),
  )
}
