import type { JobState } from '#lib/contracts/api/jobs.ts'
import type { ErrorCode } from '#lib/contracts/errors.ts'
import { isLiveAttempt } from '#lib/core/jobs/attempt-machine.ts'
import type { JobEvent, TerminalJobState } from '#lib/core/jobs/job-machine.ts'
import { gpuCost } from '#lib/core/pricing/charge.ts'
import type { Ctx } from '#lib/services/context.ts'
import { prepareSettlement } from '#lib/services/wallet/prepare-settlement.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import type { JobRecord } from './job-record.ts'
import { notifyJobEnd } from './notify-job-end.ts'
import { attemptStatements, jobStatements, type Statement } from './transitions.ts'

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
  outputAssetId?: string
  /** Run in the same batch, before the job's own row changes. */
  before?: Statement[]
}

/**
 * Ends a job and settles its hold in one batch, guarded by the job's state: whoever comes first settles, the other aborts harmlessly.
 * False when someone else was first. Runs of attempts that were still live are told to stop.
 */
export async function endJob(ctx: Ctx, ending: JobEnding): Promise<boolean> {
  const { record, outcome } = ending
  const live = record.attempts.filter((attempt) => isLiveAttempt(attempt.state))
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
    ...jobStatements(ctx, {
      jobId: record.job.id,
      event: EVENT_OF[outcome],
      from: ending.fromStates,
      to: outcome,
      set: {
        finishedAtMs: ctx.nowMs(),
        failureCode: ending.failure?.code ?? null,
        failureMessage: ending.failure?.message ?? null,
        outputAssetId: ending.outputAssetId ?? null,
      },
      ...(ending.failure ? { detail: `${ending.failure.code}: ${ending.failure.message}` } : {}),
    }),
    ...live.flatMap((attempt) => attemptStatements(ctx, { attemptId: attempt.id, event: 'job_ended' })),
  ])
  if (!result.ok) {
    ctx.log('info', 'another writer ended the job first', {
      jobId: record.job.id,
      outcome,
      constraint: result.constraint,
    })
    return false
  }
  await Promise.all(
    live.map((attempt) => (attempt.runpodJobId ? ctx.compute.cancel(attempt.endpointId, attempt.runpodJobId) : null)),
  )
  await notifyJobEnd({
    ctx,
    input: { record, outcome, captureMicros: ending.captureMicros, failure: ending.failure ?? null },
  })
  return true
}
