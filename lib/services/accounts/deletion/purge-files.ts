import { and, asc, desc, eq, isNotNull, isNull, ne, or } from 'drizzle-orm'
import { attempts, jobOutputs, jobs } from '#db/schema/jobs.ts'
import { assets } from '#db/schema/uploads.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { storedTargetsOf } from '#lib/services/jobs/output-targets.ts'
import { purgeObjects } from '#lib/services/uploads/delete-asset.ts'

/** Files one call deletes. */
const FILES = 20
/** Runs whose leftovers one call deletes; the sweep of runs finds those of any others within a day. */
const RUNS = 20

/** Deletes everything a closed account has in the store. True when no row names an object any more. */
export async function purgeFiles({ ctx }: { ctx: UserCtx }): Promise<boolean> {
  const files = await purgeAssets(ctx)
  const products = files && (await purgeProducts(ctx))
  if (!products) return false
  await purgeRuns(ctx)
  return true
}

async function purgeAssets(ctx: UserCtx): Promise<boolean> {
  const rows = await ctx.db
    .select()
    .from(assets)
    .where(and(eq(assets.userId, ctx.userId), or(ne(assets.state, 'deleted'), isNull(assets.deletedAtMs))))
    .orderBy(asc(assets.createdAtMs))
    .limit(FILES)
  for (const row of rows) {
    // First the row: whatever still looks at it finds it gone, and the sweep knows that its object must go.
    await ctx.db.update(assets).set({ state: 'deleted' }).where(eq(assets.id, row.id))
    await purgeObjects({ ctx, row })
  }
  return rows.length < FILES
}

async function purgeProducts(ctx: UserCtx): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: jobOutputs.id, objectKey: jobOutputs.objectKey })
    .from(jobOutputs)
    .where(and(eq(jobOutputs.userId, ctx.userId), isNull(jobOutputs.deletedAtMs)))
    .limit(FILES)
  for (const { id, objectKey } of rows) {
    await ctx.storage.delete(objectKey)
    await ctx.db.update(jobOutputs).set({ deletedAtMs: ctx.nowMs() }).where(eq(jobOutputs.id, id))
  }
  return rows.length < FILES
}

/** Live frames, results of attempts that were given up. Their targets stay noted: the sweep looks again once their links have ended. */
async function purgeRuns(ctx: UserCtx): Promise<void> {
  const rows = await ctx.db
    .select({ outputTargetsJson: attempts.outputTargetsJson })
    .from(attempts)
    .innerJoin(jobs, eq(jobs.id, attempts.jobId))
    .where(and(eq(jobs.userId, ctx.userId), isNotNull(attempts.outputTargetsJson)))
    .orderBy(desc(attempts.createdAtMs))
    .limit(RUNS)
  for (const target of rows.flatMap((row) => Object.values(storedTargetsOf(row)))) {
    if (target.multipart) await ctx.storage.abortMultipart(target.key, target.multipart.uploadId)
    await ctx.storage.delete(target.key)
  }
}
