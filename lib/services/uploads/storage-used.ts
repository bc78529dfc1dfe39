import { and, eq, inArray, sql } from 'drizzle-orm'
import { assets } from '#db/schema/uploads.ts'
import type { UserCtx } from '#lib/services/context.ts'

/** Bytes a user's files take; unfinished uploads count in full, so that many of them cannot pass the limit together. */
export async function storageUsed({ ctx }: { ctx: UserCtx }): Promise<number> {
  const [row] = await ctx.db
    .select({ bytes: sql<number>`coalesce(sum(${assets.bytes}), 0)` })
    .from(assets)
    .where(and(eq(assets.userId, ctx.userId), inArray(assets.state, ['uploading', 'checking', 'ready'])))
  return row?.bytes ?? 0
}
