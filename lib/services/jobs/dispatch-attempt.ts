import { eq } from 'drizzle-orm'
import { attempts } from '#db/schema/jobs.ts'
import type { Ctx } from '#lib/services/context.ts'
import { executionTimeoutMs, queueDeadlineMs } from './deadlines.ts'
import { failAttempt } from './fail-attempt.ts'
import { type JobRecord, loadJob, quotedFactsOf, requestOf } from './job-record.ts'
import { createOutputTargets } from './output-targets.ts'
import { moveAttempt } from './transitions.ts'
import { buildWorkerInput, webhookUrl } from './worker-input.ts'

/**
 * Sends one `created` attempt to RunPod. Only the caller that moves it to `dispatching` calls `/run`; an answer that does not come leaves
 * it in `dispatch_unknown`, never dispatched twice. Does not throw for anything RunPod does.
 */
export async function dispatchAttempt({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { jobId: string; attemptId: string }
}): Promise<void> {
  const record = await loadJob(ctx, input.jobId)
  const attempt = record.attempts.find((row) => row.id === input.attemptId)
  if (attempt?.state !== 'created' || ctx.nowMs() < attempt.notBeforeMs) return

  const targets = await createOutputTargets(ctx, {
    userId: record.job.userId,
    jobId: record.job.id,
    attemptId: attempt.id,
    request: requestOf(record.job),
    facts: quotedFactsOf(record.quote),
  })
  const claimed = await moveAttempt(ctx, {
    attemptId: attempt.id,
    event: 'dispatch_claimed',
    set: { outputTargetsJson: JSON.stringify(targets), dispatchedAtMs: ctx.nowMs() },
  })
  if (!claimed) return

  const outcome = await ctx.compute.dispatch({
    endpointId: attempt.endpointId,
    input: await buildWorkerInput(ctx, record, attempt, targets),
    webhookUrl: await webhookUrl(ctx, record, attempt.id),
    executionTimeoutMs: executionTimeoutMs(ctx.settings, record.quote),
    ttlMs: queueDeadlineMs(ctx.settings, record.quote),
  })
  switch (outcome.outcome) {
    case 'accepted':
      return bindDispatched(ctx, record, attempt.id, outcome.computeJobId)
    case 'refused':
      ctx.log('error', 'dispatch refused', { attemptId: attempt.id, reason: outcome.reason })
      await failAttempt({
        ctx,
        input: {
          jobId: record.job.id,
          attemptId: attempt.id,
          event: 'dispatch_refused',
          failure: { code: 'unavailable', message: 'The GPU service did not take the job.', retryable: true },
        },
      })
      return
    case 'unknown':
      ctx.log('warn', 'dispatch in doubt', { attemptId: attempt.id, reason: outcome.reason })
      await moveAttempt(ctx, { attemptId: attempt.id, event: 'dispatch_in_doubt', detail: outcome.reason })
  }
}

/** Stores the RunPod id; when the job ended meanwhile the run is told to stop, when the worker already started nothing is left to do. */
async function bindDispatched(ctx: Ctx, record: JobRecord, attemptId: string, runpodJobId: string): Promise<void> {
  const bound = await moveAttempt(ctx, {
    attemptId,
    event: 'dispatch_accepted',
    set: { runpodJobId },
    detail: runpodJobId,
  })
  if (bound) return
  const [current] = await ctx.db.select().from(attempts).where(eq(attempts.id, attemptId))
  if (current && current.runpodJobId !== runpodJobId) {
    ctx.log('warn', 'dispatched run is not wanted any more', { attemptId, runpodJobId, state: current.state })
    await ctx.compute.cancel(record.attempts[0]?.endpointId ?? ctx.settings.runpodEndpointId, runpodJobId)
  }
}
