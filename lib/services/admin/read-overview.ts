import { count, desc, eq, isNull, sql } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import { jobs } from '#db/schema/jobs.ts'
import { quotes, settlements } from '#db/schema/ledger.ts'
import { alarms } from '#db/schema/operations.ts'
import type { AdminOverview } from '#lib/contracts/api/admin.ts'
import { JOB_STATES } from '#lib/contracts/api/jobs.ts'
import { gpuCost } from '#lib/core/pricing/charge.ts'
import type { Ctx } from '#lib/services/context.ts'

const LATEST = 50
const ALARMS_SHOWN = 50

/** The operator's first page. Callers must have checked that an admin asks. */
export async function readOverview({ ctx }: { ctx: Ctx }): Promise<AdminOverview> {
  const [counts, open, latest] = await Promise.all([
    ctx.db.select({ state: jobs.state, n: count() }).from(jobs).groupBy(jobs.state),
    ctx.db
      .select()
      .from(alarms)
      .where(isNull(alarms.resolvedAtMs))
      .orderBy(desc(alarms.lastSeenAtMs))
      .limit(ALARMS_SHOWN),
    ctx.db
      .select({
        job: jobs,
        email: users.email,
        settlement: settlements,
        rate: quotes.rateMicrosPerSecond,
        attempts: sql<number>`(SELECT count(*) FROM attempts WHERE attempts.job_id = jobs.id)`,
      })
      .from(jobs)
      .innerJoin(users, eq(users.id, jobs.userId))
      .innerJoin(quotes, eq(quotes.id, jobs.quoteId))
      .leftJoin(settlements, eq(settlements.jobId, jobs.id))
      .orderBy(desc(jobs.createdAtMs))
      .limit(LATEST),
  ])
  const byState = Object.fromEntries(counts.map((row) => [row.state, row.n]))
  return {
    jobs_by_state: Object.fromEntries(
      JOB_STATES.map((state) => [state, byState[state] ?? 0]),
    ) as AdminOverview['jobs_by_state'],
    open_alarms: open.map((alarm) => ({
      id: alarm.id,
      kind: alarm.kind,
      message: alarm.message,
      count: alarm.count,
      raised_at_ms: alarm.raisedAtMs,
      last_seen_at_ms: alarm.lastSeenAtMs,
    })),
    latest_jobs: latest.map(({ job, email, settlement, rate, attempts }) => ({
      id: job.id,
      user_email: email,
      task: job.task as AdminOverview['latest_jobs'][number]['task'],
      state: job.state,
      attempts,
      captured_micros: settlement?.captureMicros ?? null,
      gpu_cost_micros: settlement ? gpuCost(rate, settlement.gpuMs) : null,
      failure_code: job.failureCode,
      created_at_ms: job.createdAtMs,
      finished_at_ms: job.finishedAtMs,
    })),
  }
}
