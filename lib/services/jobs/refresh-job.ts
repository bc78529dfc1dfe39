import { eq } from 'drizzle-orm'
import { attempts } from '#db/schema/jobs.ts'
import { WorkerCompleted, WorkerError } from '#lib/contracts/worker.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import { isLiveAttempt } from '#lib/core/jobs/attempt-machine.ts'
import type { AttemptFailure } from '#lib/core/jobs/retry-policy.ts'
import type { ComputeJob } from '#lib/providers/compute/port.ts'
import type { Ctx } from '#lib/services/context.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import { completeAttempt } from './complete-attempt.ts'
import { failAttempt } from './fail-attempt.ts'
import { finalizeJob } from './finalize-job.ts'
import { type AttemptRow, type JobRecord, loadJob } from './job-record.ts'
import { attemptStatements, jobStatements, moveAttempt } from './transitions.ts'

/**
 * Brings a job up to date with RunPod: reads `/status` of live attempts whose last read is older than `statusMaxAgeMs` (or now, with
 * `force`), applies what it says, and settles when it is terminal. Safe to call from anywhere, any number of times, at once.
 */
export async function refreshJob({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { jobId: string; force: boolean }
}): Promise<void> {
  await refreshLoaded({ ctx, record: await loadJob(ctx, input.jobId), force: input.force })
}

/** The same for a job that was loaded just now. False when there was nothing to ask: the record still says all that is known. */
export async function refreshLoaded({
  ctx,
  record,
  force,
}: {
  ctx: Ctx
  record: JobRecord
  force: boolean
}): Promise<boolean> {
  if (record.job.state === 'finalizing') {
    await finalizeJob({ ctx, input: { jobId: record.job.id } })
    return true
  }
  if (record.job.state !== 'queued' && record.job.state !== 'running') return false
  let asked = false
  for (const attempt of record.attempts) {
    if (!isLiveAttempt(attempt.state) || attempt.runpodJobId === null) continue
    const ageMs = ctx.nowMs() - (attempt.statusReadAtMs ?? attempt.dispatchedAtMs ?? 0)
    if (!force && ageMs < ctx.settings.statusMaxAgeMs) continue
    await refreshAttempt(ctx, record, attempt, attempt.runpodJobId)
    asked = true
  }
  return asked
}

async function refreshAttempt(ctx: Ctx, record: JobRecord, attempt: AttemptRow, runpodJobId: string): Promise<void> {
  const status = await ctx.compute.readStatus(attempt.endpointId, runpodJobId)
  await ctx.db.update(attempts).set({ statusReadAtMs: ctx.nowMs() }).where(eq(attempts.id, attempt.id))
  switch (status.outcome) {
    case 'unreachable':
      ctx.log('warn', 'status not readable', { attemptId: attempt.id, reason: status.reason })
      return
    case 'forgotten':
      return applyForgotten(ctx, record, attempt)
    case 'found':
      return applyStatus(ctx, record, attempt, status.job)
    default:
      assertNever(status)
  }
}

async function applyStatus(ctx: Ctx, record: JobRecord, attempt: AttemptRow, run: ComputeJob): Promise<void> {
  const set = { executionMs: run.executionMs, delayMs: run.delayMs, workerId: run.workerId ?? attempt.workerId }
  const fail = (event: 'run_failed' | 'run_timed_out' | 'run_canceled' | 'output_rejected', failure: AttemptFailure) =>
    failAttempt({ ctx, input: { jobId: record.job.id, attemptId: attempt.id, event, failure, set } })
  switch (run.status) {
    case 'IN_QUEUE':
      await moveAttempt(ctx, { attemptId: attempt.id, event: 'status_in_queue' })
      return
    case 'IN_PROGRESS':
      return applyInProgress(ctx, record, attempt)
    case 'COMPLETED': {
      const output = WorkerCompleted.safeParse(run.output)
      if (output.success)
        return completeAttempt({
          ctx,
          input: { record, attempt, output: output.data, set, executionMs: run.executionMs },
        })
      return fail('output_rejected', {
        code: 'output_invalid',
        message: 'The worker reported a result we cannot read.',
        retryable: true,
      })
    }
    case 'FAILED':
      return fail('run_failed', reportedFailure(run.error))
    case 'TIMED_OUT':
      return fail('run_timed_out', TIMED_OUT)
    case 'CANCELLED':
      return fail('run_canceled', { code: 'worker_lost', message: 'The GPU service stopped the run.', retryable: true })
    default:
      assertNever(run.status)
  }
}

async function applyInProgress(ctx: Ctx, record: JobRecord, attempt: AttemptRow): Promise<void> {
  if (attempt.state === 'running') return
  await ctx.db.batch([
    ...attemptStatements(ctx, {
      attemptId: attempt.id,
      event: 'status_in_progress',
      set: { claimedAtMs: ctx.nowMs() },
    }),
    ...jobStatements(ctx, {
      jobId: record.job.id,
      event: 'attempt_started',
      from: ['queued'],
      to: 'running',
      set: { startedAtMs: ctx.nowMs() },
      onlyIf: { attemptId: attempt.id, state: 'running' },
    }),
  ])
}

/** Results live 30 minutes at RunPod. A completion the worker told us itself is verified against its object and stands, with an alarm. */
async function applyForgotten(ctx: Ctx, record: JobRecord, attempt: AttemptRow): Promise<void> {
  const hint = attempt.hintJson === null ? null : WorkerCompleted.safeParse(JSON.parse(attempt.hintJson))
  if (hint?.success) {
    await raiseAlarm({
      ctx,
      input: {
        key: `forgotten:${attempt.id}`,
        kind: 'run_forgotten',
        message: `RunPod no longer knows run ${attempt.runpodJobId}; job ${record.job.id} was settled from the worker's own report.`,
      },
    })
    const executionMs = Math.round(hint.data.stats.processing_time_sec * 1000)
    return completeAttempt({ ctx, input: { record, attempt, output: hint.data, set: {}, executionMs } })
  }
  const failure = { code: 'worker_lost', message: 'The GPU service lost the run.', retryable: true } as const
  await failAttempt({ ctx, input: { jobId: record.job.id, attemptId: attempt.id, event: 'run_forgotten', failure } })
}

/** A run that hit its time limit would hit it again. */
const TIMED_OUT = { code: 'timed_out', message: 'The run took longer than its time limit.', retryable: false } as const

/** The worker posts its coded error as JSON text; anything else means that it died before it could. */
function reportedFailure(error: string | null): AttemptFailure {
  const reported = WorkerError.safeParse(parseJson(error))
  if (reported.success) return reported.data.code === 'timed_out' ? TIMED_OUT : reported.data
  // Users report this text, with FAILED, where the documentation says TIMED_OUT.
  if (error?.includes('executionTimeout exceeded')) return TIMED_OUT
  return { code: 'worker_lost', message: 'The GPU worker stopped unexpectedly.', retryable: true }
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
