import { and, eq, inArray, isNotNull, lt, sql } from 'drizzle-orm'
import { attempts, jobs } from '#db/schema/jobs.ts'
import { assets } from '#db/schema/uploads.ts'
import { TERMINAL_JOB_STATES } from '#lib/core/jobs/job-machine.ts'
import type { Ctx } from '#lib/services/context.ts'
import { storedTargetsOf } from './output-targets.ts'

/** A run whose attempt was given up may still be uploading; its URLs have ended by then. */
const SETTLED_FOR_MS = 24 * 60 * 60 * 1000
const BATCH = 10

/**
 * Deletes what ended runs left in the store and no asset owns: live frames, results of lost, failed and canceled attempts, parts that were never
 * joined. What a user deletes is then really gone. The attempt's targets are forgotten once their objects are, so each is swept once.
 */
export async function sweepRunObjects({ ctx }: { ctx: Ctx }): Promise<{ swept: number }> {
  const rows = await ctx.db
    .select({ attempt: attempts, videoKey: assets.objectKey, posterKey: assets.posterKey })
    .from(attempts)
    .innerJoin(jobs, eq(jobs.id, attempts.jobId))
    .leftJoin(assets, eq(assets.jobId, jobs.id))
    .where(
      and(
        sql`attempts.output_targets_json IS NOT NULL`,
        lt(attempts.createdAtMs, ctx.nowMs() - SETTLED_FOR_MS),
        isNotNull(attempts.endedAtMs),
        inArray(jobs.state, [...TERMINAL_JOB_STATES]),
      ),
    )
    .limit(BATCH)
  for (const { attempt, videoKey, posterKey } of rows) {
    for (const target of Object.values(storedTargetsOf(attempt))) {
      if (target.key === videoKey || target.key === posterKey) continue
      if (target.multipart) await ctx.storage.abortMultipart(target.key, target.multipart.uploadId)
      await ctx.storage.delete(target.key)
    }
    await ctx.db.update(attempts).set({ outputTargetsJson: null }).where(eq(attempts.id, attempt.id))
  }
  return { swept: rows.length }
}
