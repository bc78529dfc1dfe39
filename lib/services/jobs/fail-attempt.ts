import { and, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm'
import { attempts, jobs } from '#db/schema/jobs.ts'
import { ATTEMPT_EVENT_TARGET, type AttemptEvent, isLiveAttempt } from '#lib/core/jobs/attempt-machine.ts'
import { type AttemptFailure, decideRetry } from '#lib/core/jobs/retry-policy.ts'
import type { Ctx } from '#lib/services/context.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import { endJob } from './end-job.ts'
import { type AttemptRow, deadlineMsOf, loadJob } from './job-record.ts'
import { attemptStatements, type Statement } from './transitions.ts'

export interface FailAttempt {
  jobId: string
  attemptId: string
  event: AttemptEvent
  failure: AttemptFailure
  set?: Partial<typeof attempts.$inferInsert>
}

/**
 * Ends a live attempt and, in the same batch, either plans its successor or ends the job with everything released.
 * A repeated or late report changes nothing.
 */
export async function failAttempt({ ctx, input }: { ctx: Ctx; input: FailAttempt }): Promise<void> {
  const record = await loadJob(ctx, input.jobId)
  const attempt = record.attempts.find((row) => row.id === input.attemptId)
  if (!attempt || !isLiveAttempt(attempt.state)) return
  const { failure } = input
  const move = attemptStatements(ctx, {
    attemptId: attempt.id,
    event: input.event,
    set: { ...input.set, errorCode: failure.code, errorMessage: failure.message },
    detail: `${failure.code}: ${failure.message}`,
  })
  const decision = decideRetry({
    failure,
    attemptNumber: attempt.number,
    nowMs: ctx.nowMs(),
    backoffMs: ctx.settings.retryBackoffMs,
    holdExpiresAtMs: deadlineMsOf(record),
  })
  if (decision.decision === 'retry') {
    const result = await runBatch(ctx, [...move, successor(ctx, attempt, input.event, decision.notBeforeMs)])
    if (!result.ok)
      ctx.log('info', 'another writer retried the attempt first', {
        attemptId: attempt.id,
        constraint: result.constraint,
      })
    return
  }
  await endJob(ctx, {
    record,
    fromStates: ['queued', 'running'],
    outcome: 'failed',
    captureMicros: 0,
    billed: null,
    failure: { code: decision.code, message: decision.message },
    before: move,
  })
}

/** The next attempt, inserted only when this one really ended this way and the job still wants a result. */
function successor(ctx: Ctx, attempt: AttemptRow, event: AttemptEvent, notBeforeMs: number): Statement {
  const values: Partial<Record<keyof AttemptRow, SQL>> = {
    id: sql`${ctx.newId('att')}`,
    jobId: sql`${attempts.jobId}`,
    segmentId: sql`${attempts.segmentId}`,
    number: sql`${attempts.number} + 1`,
    state: sql`'created'`,
    endpointId: sql`${ctx.settings.runpodEndpointId}`,
    notBeforeMs: sql`${notBeforeMs}`,
    progressSeq: sql`-1`,
    createdAtMs: sql`${ctx.nowMs()}`,
  }
  const columns = getTableColumns(attempts)
  const fields = Object.fromEntries(
    Object.entries(columns).map(([key, column]) => [
      key,
      (values[key as keyof AttemptRow] ?? sql`NULL`).as(column.name),
    ]),
  ) as Record<keyof AttemptRow, SQL.Aliased>
  return ctx.db.insert(attempts).select(
    ctx.db
      .select(fields)
      .from(attempts)
      .innerJoin(jobs, eq(jobs.id, attempts.jobId))
      .where(
        and(
          eq(attempts.id, attempt.id),
          eq(attempts.state, ATTEMPT_EVENT_TARGET[event]),
          inArray(jobs.state, ['queued', 'running']),
        ),
      ),
  )
}
