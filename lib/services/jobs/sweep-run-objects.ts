import { and, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { attempts, jobOutputs, jobs } from '#db/schema/jobs.ts'
import { assets } from '#db/schema/uploads.ts'
import { TERMINAL_JOB_STATES } from '#lib/core/jobs/job-machine.ts'
import type { Ctx } from '#lib/services/context.ts'
import { storedTargetsOf } from './output-targets.ts'

/** A run whose attempt was given up may still be uploading; its URLs have ended by then. */
const SETTLED_FOR_MS = 24 * 60 * 60 * 1000
const BATCH = 10

/**
 * Deletes what ended runs left in the store and is no product of theirs: live frames, results of lost, failed and canceled attempts, parts that
 * were never joined, and products deleted since, which a run that was slow to end may have stored anew. What a user deletes is then really
 * gone. The attempt's targets are forgotten once their objects are, so each is swept once.
 */
export async function sweepRunObjects({ ctx }: { ctx: Ctx }): Promise<{ swept: number }> {
  const rows = await unsweptRuns(ctx)
  const kept = await keptKeys(ctx, [...new Set(rows.map(({ attempt }) => attempt.jobId))])
  for (const { attempt } of rows) {
    for (const target of Object.values(storedTargetsOf(attempt))) {
      if (kept.has(target.key)) continue
      if (target.multipart) await ctx.storage.abortMultipart(target.key, target.multipart.uploadId)
      await ctx.storage.delete(target.key)
    }
    await ctx.db.update(attempts).set({ outputTargetsJson: null }).where(eq(attempts.id, attempt.id))
  }
  return { swept: rows.length }
}

/** `+`: SQLite, left to choose, would go through every job that ever ended. */
export function unsweptRuns(ctx: Ctx) {
  return ctx.db
    .select({ attempt: attempts })
    .from(attempts)
    .innerJoin(jobs, eq(jobs.id, attempts.jobId))
    .where(
      and(
        sql`attempts.output_targets_json IS NOT NULL`,
        lt(attempts.createdAtMs, ctx.nowMs() - SETTLED_FOR_MS),
        isNotNull(attempts.endedAtMs),
        inArray(sql`+${jobs.state}`, [...TERMINAL_JOB_STATES]),
      ),
    )
    .limit(BATCH)
}

/** Objects of products and posters that are still somebody's. */
async function keptKeys(ctx: Ctx, jobIds: string[]): Promise<Set<string | null>> {
  const [products, posters] = await ctx.db.batch([
    ctx.db
      .select({ key: jobOutputs.objectKey })
      .from(jobOutputs)
      .where(and(inArray(jobOutputs.jobId, jobIds), isNull(jobOutputs.deletedAtMs))),
    ctx.db
      .select({ key: assets.posterKey })
      .from(assets)
      .where(and(inArray(assets.jobId, jobIds), isNull(assets.deletedAtMs))),
  ])
  return new Set([...products, ...posters].map(({ key }) => key))
}
