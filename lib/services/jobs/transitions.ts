import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { attempts, jobEvents, jobs } from '#db/schema/jobs.ts'
import type { JobState } from '#lib/contracts/api/jobs.ts'
import {
  ATTEMPT_EVENT_TARGET,
  type AttemptEvent,
  isLiveAttempt,
  LIVE_ATTEMPT_STATES,
  statesAccepting,
} from '#lib/core/jobs/attempt-machine.ts'
import type { JobEvent } from '#lib/core/jobs/job-machine.ts'
import type { Ctx } from '#lib/services/context.ts'

export type Statement = BatchItem<'sqlite'>

interface AttemptMove {
  attemptId: string
  event: AttemptEvent
  /** Columns that change together with the state. */
  set?: Partial<typeof attempts.$inferInsert>
  detail?: string
}

/**
 * The two statements of one attempt transition: its line in the timeline, then the guarded update. Both test the state the table
 * allows, so when the event came too late neither does anything; they never abort a batch.
 */
export function attemptStatements(ctx: Ctx, move: AttemptMove): [Statement, Statement] {
  const from = statesAccepting(move.event)
  const to = ATTEMPT_EVENT_TARGET[move.event]
  // A run may only be sent for a job that still wants a result: it could have been ended since the attempt was planned.
  const wanted =
    move.event === 'dispatch_claimed'
      ? sql`EXISTS (SELECT 1 FROM jobs WHERE jobs.id = attempts.job_id AND jobs.state IN ('queued', 'running'))`
      : undefined
  const guard = and(eq(attempts.id, move.attemptId), inArray(attempts.state, from), wanted)
  const line = attemptLine(ctx, move, guard)
  const ended = isLiveAttempt(to) ? {} : { endedAtMs: ctx.nowMs() }
  const update = ctx.db
    .update(attempts)
    .set({ ...move.set, ...ended, state: to })
    .where(guard)
  return [line, update]
}

/** Ends every attempt of a job that is still live, whichever exist by then; for the batch that ends the job, after it. */
export function endLiveAttempts(ctx: Ctx, jobId: string, outcome: JobState): [Statement, Statement] {
  const guard = and(
    eq(attempts.jobId, jobId),
    inArray(attempts.state, [...LIVE_ATTEMPT_STATES]),
    sql`EXISTS (SELECT 1 FROM jobs WHERE jobs.id = attempts.job_id AND jobs.state = ${outcome})`,
  )
  const line = attemptLine(ctx, { event: 'job_ended' }, guard)
  const state = ATTEMPT_EVENT_TARGET.job_ended
  return [line, ctx.db.update(attempts).set({ state, endedAtMs: ctx.nowMs() }).where(guard)]
}

/** One line in the timeline for every attempt the guard finds. */
function attemptLine(ctx: Ctx, move: { event: AttemptEvent; detail?: string }, guard: SQL | undefined): Statement {
  return ctx.db.insert(jobEvents).select(
    ctx.db
      .select({
        // Several attempts can end at once, so the id is completed by the row's.
        id: sql`${ctx.newId('evt')} || substr(${attempts.id}, -6)`.as('id'),
        jobId: attempts.jobId,
        attemptId: attempts.id,
        subject: sql`'attempt'`.as('subject'),
        event: sql`${move.event}`.as('event'),
        fromState: attempts.state,
        toState: sql`${ATTEMPT_EVENT_TARGET[move.event]}`.as('to_state'),
        detail: sql`${move.detail ?? null}`.as('detail'),
        atMs: sql`${ctx.nowMs()}`.as('at_ms'),
      })
      .from(attempts)
      .where(guard),
  )
}

/** Applies one event to one attempt on its own. False when it came too late. */
export async function moveAttempt(ctx: Ctx, move: AttemptMove): Promise<boolean> {
  const [line, update] = attemptStatements(ctx, move)
  const results = await ctx.db.batch([line, update])
  return changesOf(results[1]) > 0
}

/** Rows a batch item changed, as D1 reports it. */
export function changesOf(result: unknown): number {
  return (result as { meta: { changes: number } }).meta.changes
}

interface JobMove {
  jobId: string
  event: JobEvent
  from: JobState[]
  to: JobState
  set?: Partial<typeof jobs.$inferInsert>
  detail?: string
  /** Only when this attempt is in that state by then (its own transition came first in the batch). */
  onlyIf?: { attemptId: string; state: string }
}

/** Timeline line and guarded update of one job transition. */
export function jobStatements(ctx: Ctx, move: JobMove): [Statement, Statement] {
  const nowMs = ctx.nowMs()
  const guard = and(
    eq(jobs.id, move.jobId),
    inArray(jobs.state, move.from),
    move.onlyIf
      ? sql`EXISTS (SELECT 1 FROM attempts WHERE attempts.id = ${move.onlyIf.attemptId} AND attempts.state = ${move.onlyIf.state})`
      : undefined,
  )
  const line = ctx.db.insert(jobEvents).select(
    ctx.db
      .select({
        id: sql`${ctx.newId('evt')}`.as('id'),
        jobId: jobs.id,
        attemptId: sql`NULL`.as('attempt_id'),
        subject: sql`'job'`.as('subject'),
        event: sql`${move.event}`.as('event'),
        fromState: jobs.state,
        toState: sql`${move.to}`.as('to_state'),
        detail: sql`${move.detail ?? null}`.as('detail'),
        atMs: sql`${nowMs}`.as('at_ms'),
      })
      .from(jobs)
      .where(guard),
  )
  const update = ctx.db
    .update(jobs)
    .set({ ...move.set, state: move.to, updatedAtMs: nowMs })
    .where(guard)
  return [line, update]
}
