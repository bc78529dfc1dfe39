import { and, eq, inArray, isNull, notInArray, sql } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import { jobOutputs } from '#db/schema/jobs.ts'
import { assets } from '#db/schema/uploads.ts'
import type { UserCtx } from '#lib/services/context.ts'

/** Bytes a user's files take; unfinished uploads count in full, so that many of them cannot pass the limit together. */
export async function storageUsed({ ctx }: { ctx: UserCtx }): Promise<number> {
  const [row] = await ctx.db
    .select({ bytes: sql<number>`${usedBytes(ctx)}` })
    .from(users)
    .where(eq(users.id, ctx.userId))
  return row?.bytes ?? 0
}

/** The same as an expression, to decide by at the moment of writing. Products that are assets, too, count once. */
export function usedBytes({ db, userId }: UserCtx) {
  const ofAssets = db
    .select({ bytes: sql<number>`coalesce(sum(${assets.bytes}), 0)` })
    .from(assets)
    .where(and(eq(assets.userId, userId), inArray(assets.state, ['uploading', 'checking', 'ready'])))
  const ofProducts = db
    .select({ bytes: sql<number>`coalesce(sum(${jobOutputs.bytes}), 0)` })
    .from(jobOutputs)
    .where(
      and(
        eq(jobOutputs.userId, userId),
        isNull(jobOutputs.deletedAtMs),
        notInArray(jobOutputs.kind, ['video', 'clip']),
      ),
    )
  return sql`((${ofAssets}) + (${ofProducts}))`
}
