import { and, eq, inArray } from 'drizzle-orm'
import { uploads } from '#db/schema/uploads.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { abortUpload } from '#lib/services/uploads/abort-upload.ts'

const BATCH = 20

/** Aborts the unfinished uploads of a closed account. True when there are none any more. */
export async function abortUploads({ ctx }: { ctx: UserCtx }): Promise<boolean> {
  const unfinished = await ctx.db
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(eq(uploads.userId, ctx.userId), inArray(uploads.state, ['open', 'aborting'])))
    .limit(BATCH)
  for (const { id } of unfinished) await abortUpload({ ctx, input: { uploadId: id } })
  return unfinished.length < BATCH
}
