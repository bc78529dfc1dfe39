import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { attempts, jobs } from '#db/schema/jobs.ts'
import { holds } from '#db/schema/ledger.ts'
import type { Ctx } from '#lib/services/context.ts'
import { dispatchAttempt } from './dispatch-attempt.ts'
import { endJob } from './end-job.ts'
import { failAttempt } from './fail-attempt.ts'
import { loadJob } from './job-record.ts'
import { refreshJob } from './refresh-job.ts'
import { moveAttempt } from './transitions.ts'

/** A server that claimed a dispatch and is this old has died: its call to `/run` ends after 15 s. */
const DISPATCHING_TOO_OLD_MS = 30_000
/** How much one tick takes on; the rest waits for the next. */
const BATCH = 25
const AT_ONCE = 5
/** RunPod deletes a run's traces long before this: asking it to stop one that is older is pointless. */
const STOPPABLE_MS = 24 * 60 * 60 * 1000

export interface JobRepairs {
  expired: number
  dispatched: number
  doubted: number
  lost: number
  refreshed: number
  stopped: number
}

/**
 * Repairs every job state that a crash, a lost answer or a lost webhook can leave behind. Each repair is one that has a single safe
 * answer, and each is idempotent, so two reconcilers at once do no harm. One broken job does not stop the others.
 */
export async function reconcileJobs({ ctx }: { ctx: Ctx }): Promise<JobRepairs> {
  const expired = await expiredJobs(ctx)
  const repairs: JobRepairs = { expired: 0, dispatched: 0, doubted: 0, lost: 0, refreshed: 0, stopped: 0 }
  repairs.expired = await each(ctx, expired, (jobId) => expireJob(ctx, jobId))
  repairs.doubted = await each(ctx, await staleDispatches(ctx), (id) =>
    moveAttempt(ctx, { attemptId: id, event: 'dispatch_in_doubt' }),
  )
  repairs.lost = await each(ctx, await expiredDoubts(ctx), (row) =>
    failAttempt({
      ctx,
      input: {
        ...row,
        event: 'doubt_expired',
        failure: { code: 'worker_lost', message: 'The GPU service never confirmed the run.', retryable: true },
      },
    }),
  )
  repairs.dispatched = await each(ctx, await waitingAttempts(ctx), (row) => dispatchAttempt({ ctx, input: row }))
  repairs.refreshed = await each(ctx, await staleJobs(ctx), (jobId) =>
    refreshJob({ ctx, input: { jobId, force: false } }),
  )
  repairs.stopped = await each(ctx, await unstoppedRuns(ctx), (run) => stopRun(ctx, run))
  return repairs
}

/** Several at a time, so that one slow answer of RunPod's does not use up the tick. */
async function each<Item>(ctx: Ctx, items: Item[], repair: (item: Item) => Promise<unknown>): Promise<number> {
  const waiting = [...items]
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await repair(item)
      } catch (error) {
        ctx.log('error', 'repair failed', { item: JSON.stringify(item), error: String(error) })
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return items.length
}

/** The hold ended while the job still waits: a dead queue or a run that reports nothing. Failed, everything released. */
async function expireJob(ctx: Ctx, jobId: string): Promise<void> {
  const record = await loadJob(ctx, jobId)
  const message = 'No GPU finished this in time. Nothing was charged.'
  await endJob(ctx, {
    record,
    fromStates: ['queued', 'running', 'finalizing'],
    outcome: 'failed',
    captureMicros: 0,
    billed: null,
    failure: { code: 'timed_out', message },
  })
}

async function expiredJobs(ctx: Ctx): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: jobs.id })
    .from(jobs)
    .leftJoin(holds, eq(holds.id, jobs.holdId))
    .where(
      and(
        inArray(jobs.state, ['queued', 'running', 'finalizing']),
        lte(sql`coalesce(${holds.expiresAtMs}, ${jobs.expiresAtMs})`, ctx.nowMs()),
      ),
    )
    .limit(BATCH)
  return rows.map((row) => row.id)
}

async function staleDispatches(ctx: Ctx): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: attempts.id })
    .from(attempts)
    .where(and(eq(attempts.state, 'dispatching'), lt(attempts.dispatchedAtMs, ctx.nowMs() - DISPATCHING_TOO_OLD_MS)))
    .limit(BATCH)
  return rows.map((row) => row.id)
}

async function expiredDoubts(ctx: Ctx): Promise<{ jobId: string; attemptId: string }[]> {
  return ctx.db
    .select({ jobId: attempts.jobId, attemptId: attempts.id })
    .from(attempts)
    .where(
      and(
        eq(attempts.state, 'dispatch_unknown'),
        lte(attempts.dispatchedAtMs, ctx.nowMs() - ctx.settings.dispatchUnknownMs),
      ),
    )
    .limit(BATCH)
}

async function waitingAttempts(ctx: Ctx): Promise<{ jobId: string; attemptId: string }[]> {
  return ctx.db
    .select({ jobId: attempts.jobId, attemptId: attempts.id })
    .from(attempts)
    .where(and(eq(attempts.state, 'created'), lte(attempts.notBeforeMs, ctx.nowMs())))
    .orderBy(asc(attempts.createdAtMs))
    .limit(BATCH)
}

/** Jobs with a run whose status is old, and jobs whose result waits to be saved. */
async function staleJobs(ctx: Ctx): Promise<string[]> {
  const staleBefore = ctx.nowMs() - ctx.settings.statusMaxAgeMs
  const [running, finalizing] = await ctx.db.batch([
    ctx.db
      .selectDistinct({ id: attempts.jobId })
      .from(attempts)
      .innerJoin(jobs, eq(jobs.id, attempts.jobId))
      .where(
        and(
          inArray(jobs.state, ['queued', 'running']),
          inArray(attempts.state, ['queued', 'running']),
          isNotNull(attempts.runpodJobId),
          or(isNull(attempts.statusReadAtMs), lte(attempts.statusReadAtMs, staleBefore)),
        ),
      )
      .orderBy(asc(attempts.statusReadAtMs))
      .limit(BATCH),
    ctx.db.select({ id: jobs.id }).from(jobs).where(eq(jobs.state, 'finalizing')).limit(BATCH),
  ])
  return [...new Set([...finalizing, ...running].map((row) => row.id))]
}

interface UnstoppedRun {
  attemptId: string
  endpointId: string
  runpodJobId: string | null
}

/** Runs of canceled attempts that RunPod has not confirmed as stopped since: the first request may have been lost. */
async function unstoppedRuns(ctx: Ctx): Promise<UnstoppedRun[]> {
  return ctx.db
    .select({ attemptId: attempts.id, endpointId: attempts.endpointId, runpodJobId: attempts.runpodJobId })
    .from(attempts)
    .where(
      and(
        eq(attempts.state, 'canceled'),
        gt(attempts.createdAtMs, ctx.nowMs() - STOPPABLE_MS),
        isNotNull(attempts.runpodJobId),
        or(isNull(attempts.statusReadAtMs), lt(attempts.statusReadAtMs, attempts.endedAtMs)),
      ),
    )
    .limit(BATCH)
}

async function stopRun(ctx: Ctx, run: UnstoppedRun): Promise<void> {
  if (run.runpodJobId === null) return
  const { canceled } = await ctx.compute.cancel(run.endpointId, run.runpodJobId)
  if (canceled) await ctx.db.update(attempts).set({ statusReadAtMs: ctx.nowMs() }).where(eq(attempts.id, run.attemptId))
}
