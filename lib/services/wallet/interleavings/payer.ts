import { eq } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { requestGoodwill } from '#lib/services/spending/request-goodwill.ts'
import { prepareHold } from '#lib/services/wallet/prepare-hold.ts'
import { requestRefund } from '#lib/services/wallet/request-refund.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import { CEILING, insertJob, type Player } from './players.ts'

/** As often as accepting a quote plans its hold again. */
const PLANS = 5

/** Accepts a quote, as the product does: hold and job in one batch, planned again when it is refused, once per quote. */
export async function order(ctx: UserCtx, player: Player, quoteId: string): Promise<void> {
  for (let plans = 0; plans < PLANS; plans++) {
    const [job] = await ctx.db.select({ id: jobs.id }).from(jobs).where(eq(jobs.quoteId, quoteId))
    if (job) return
    const expiresAtMs = ctx.nowMs() + 1
    const input = { userId: ctx.userId, quoteId, amountMicros: CEILING, expiresAtMs }
    const hold = await prepareHold({ ctx, input })
    const place = insertJob(ctx, player, { quoteId, jobId: ctx.newId('job'), holdId: hold.holdId })
    if ((await runBatch(ctx, [...hold.statements, place])).ok) return
  }
  throw new AppError('unavailable', 'the wallet is used by several at once')
}

/** The same click always is the same request. */
export async function wantRefund(ctx: UserCtx, click: number): Promise<void> {
  const input = { click_id: `click_${ctx.userId}_${click}`, amount_cents: 1 + click * 2 }
  await requestRefund({ ctx, input })
}

export async function wantGoodwill(ctx: UserCtx, jobId: string): Promise<void> {
  await requestGoodwill({ ctx, input: { jobId, reason: 'other', note: '' } })
}
