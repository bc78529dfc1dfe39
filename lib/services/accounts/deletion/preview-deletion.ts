import { and, eq, inArray, sql } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import { assets, uploads } from '#db/schema/uploads.ts'
import type { DeletionPreview } from '#lib/contracts/api/account.ts'
import { isRecentSignIn } from '#lib/services/accounts/recent-sign-in.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { readBalances } from '#lib/services/wallet/read-balances.ts'
import { readOpenMatters } from './open-matters.ts'

/** What deleting the account would do right now, and what stands in its way. Changes nothing. */
export async function previewDeletion({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { token: string | null }
}): Promise<DeletionPreview> {
  const { userId } = ctx
  const count = sql<number>`count(*)`
  const [{ balances }, blocks, recent, [live], [files], [open]] = await Promise.all([
    readBalances({ ctx, input: { userId } }),
    readOpenMatters({ ctx, input: { userId } }),
    isRecentSignIn({ ctx, input }),
    ctx.db
      .select({ count })
      .from(jobs)
      .where(and(eq(jobs.userId, userId), inArray(jobs.state, ['queued', 'running', 'finalizing']))),
    ctx.db
      .select({ count, bytes: sql<number>`coalesce(sum(${assets.bytes}), 0)` })
      .from(assets)
      .where(and(eq(assets.userId, userId), inArray(assets.state, ['checking', 'ready']))),
    ctx.db
      .select({ count })
      .from(uploads)
      .where(and(eq(uploads.userId, userId), sql`state = 'open'`)),
  ])
  return {
    signed_in_recently: recent,
    blocks,
    available_micros: balances.available,
    promo_micros: balances.promo,
    held_micros: balances.held,
    live_jobs: live?.count ?? 0,
    files: files?.count ?? 0,
    file_bytes: files?.bytes ?? 0,
    open_uploads: open?.count ?? 0,
  }
}
