import { AppError } from '#lib/contracts/errors.ts'
import type { StartCallback, StartReply } from '#lib/contracts/worker.ts'
import { isLiveAttempt } from '#lib/core/jobs/attempt-machine.ts'
import { isTerminal } from '#lib/core/jobs/job-machine.ts'
import type { Ctx } from '#lib/services/context.ts'
import { checkPinned } from '#lib/services/uploads/confirm-output.ts'
import { failAttempt } from './fail-attempt.ts'
import { attemptOf } from './find-attempt.ts'
import type { AttemptRow, JobRecord } from './job-record.ts'
import { presignTargets, storedTargetsOf } from './output-targets.ts'
import { checkTracks } from './resolve-tracks.ts'
import { attemptStatements, changesOf, jobStatements } from './transitions.ts'
import { runUrlSeconds, tracksUrl } from './worker-input.ts'

/**
 * The worker's `start`: binds the RunPod id to the attempt and answers with fresh URLs. Answered `proceed: false` when the attempt was
 * superseded, its job ended, or the input is no longer the one that was priced; then the worker exits and nobody is billed.
 */
export async function claimAttempt({ ctx, input }: { ctx: Ctx; input: StartCallback }): Promise<StartReply> {
  const { record, attempt } = await attemptOf(ctx, input.attempt_id)
  const refusal = reasonToRefuse(record, attempt, input.runpod_job_id)
  if (refusal) return { proceed: false, reason: refusal }

  const changed = await inputChanged(ctx, record)
  if (changed) {
    await failAttempt({
      ctx,
      input: {
        jobId: record.job.id,
        attemptId: attempt.id,
        event: 'run_failed',
        failure: { code: 'input_changed', message: changed.message, retryable: false },
        set: { runpodJobId: input.runpod_job_id },
      },
    })
    return { proceed: false, reason: 'The input is not the one that was priced.' }
  }
  if (attempt.state !== 'running' && !(await bind(ctx, record, attempt, input))) {
    return { proceed: false, reason: 'The attempt ended while it was being claimed.' }
  }
  const seconds = runUrlSeconds(ctx, record)
  const tracks_url = await tracksUrl(ctx, record, seconds)
  return {
    proceed: true,
    input_url: await ctx.storage.presignGet(record.input.objectKey, { expiresInS: seconds }),
    ...(tracks_url && { tracks_url }),
    outputs: await presignTargets(ctx, storedTargetsOf(attempt), seconds),
  }
}

function reasonToRefuse(record: JobRecord, attempt: AttemptRow, runpodJobId: string): string | null {
  if (isTerminal(record.job.state)) return `The job is ${record.job.state}.`
  if (!isLiveAttempt(attempt.state)) return `The attempt is ${attempt.state}.`
  if (attempt.runpodJobId !== null && attempt.runpodJobId !== runpodJobId) return 'Another run holds this attempt.'
  return null
}

async function inputChanged(ctx: Ctx, record: JobRecord): Promise<AppError | null> {
  try {
    await checkPinned({ ctx, input: { key: record.input.objectKey, etag: record.job.inputEtag } })
    await checkTracks(ctx, record.quote)
    return null
  } catch (error) {
    if (error instanceof AppError && error.code === 'input_changed') return error
    throw error
  }
}

async function bind(ctx: Ctx, record: JobRecord, attempt: AttemptRow, input: StartCallback): Promise<boolean> {
  const nowMs = ctx.nowMs()
  const [line, update] = attemptStatements(ctx, {
    attemptId: attempt.id,
    event: 'worker_started',
    set: { runpodJobId: input.runpod_job_id, workerId: input.worker_id, claimedAtMs: nowMs },
    detail: `${input.runpod_job_id} on ${input.worker_id}`,
  })
  const results = await ctx.db.batch([
    line,
    update,
    ...jobStatements(ctx, {
      jobId: record.job.id,
      event: 'attempt_started',
      from: ['queued'],
      to: 'running',
      set: { startedAtMs: nowMs },
      onlyIf: { attemptId: attempt.id, state: 'running' },
    }),
  ])
  return changesOf(results[1]) > 0
}
