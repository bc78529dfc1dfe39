import { and, eq, gte, sql } from 'drizzle-orm'
import { transfers } from '#db/schema/ledger.ts'
import { goodwillRefunds } from '#db/schema/spending.ts'
import type { GoodwillView } from '#lib/contracts/api/spending.ts'
import { decideGoodwill, GOODWILL_WINDOW_MS, type GoodwillFacts } from '#lib/core/spending/goodwill.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { type JobRecord, loadJob } from '#lib/services/jobs/job-record.ts'
import { readBalances } from '#lib/services/wallet/read-balances.ts'

/** Whether the price of one of the user's jobs is given back when they ask, or has been. Errors: not_found. */
export async function readGoodwill({ ctx, input }: { ctx: UserCtx; input: { jobId: string } }): Promise<GoodwillView> {
  const record = await loadJob(ctx, input.jobId, ctx.userId)
  const [done] = await ctx.db.select().from(goodwillRefunds).where(eq(goodwillRefunds.jobId, record.job.id))
  const facts = await goodwillFacts(ctx, record)
  const left = Math.max(0, ctx.settings.spending.goodwill.count - facts.refundedCount)
  if (done) {
    const { amountMicros: amount_micros, promoMicros: promo_micros } = done
    return { state: 'refunded', refusal: null, amount_micros, promo_micros, until_ms: null, left }
  }
  const decision = decideGoodwill(ctx.settings.spending.goodwill, facts, ctx.nowMs())
  return {
    state: decision.ok ? 'offered' : 'refused',
    refusal: decision.ok ? null : decision.refusal,
    amount_micros: facts.captureMicros,
    promo_micros: promoPart(record),
    until_ms: decision.ok ? decision.untilMs : null,
    left,
  }
}

/** The part of a capture that promo credit paid: it is captured first. */
export function promoPart({ hold, settlement }: JobRecord): number {
  return Math.min(hold?.promoMicros ?? 0, settlement?.captureMicros ?? 0)
}

export async function goodwillFacts(ctx: Ctx, record: JobRecord): Promise<GoodwillFacts> {
  const { userId } = record.job
  const sinceMs = ctx.nowMs() - GOODWILL_WINDOW_MS
  const [{ frozen }, [refunded], [captured]] = await Promise.all([
    readBalances({ ctx, input: { userId } }),
    ctx.db
      .select({
        count: sql<number>`count(*)`,
        micros: sql<number>`coalesce(sum(${goodwillRefunds.amountMicros}), 0)`,
      })
      .from(goodwillRefunds)
      .where(and(eq(goodwillRefunds.userId, userId), gte(goodwillRefunds.createdAtMs, sinceMs))),
    ctx.db
      .select({ micros: sql<number>`coalesce(sum(${transfers.amountMicros}), 0)` })
      .from(transfers)
      .where(and(eq(transfers.userId, userId), eq(transfers.kind, 'capture'), gte(transfers.createdAtMs, sinceMs))),
  ])
  return {
    succeeded: record.job.state === 'succeeded',
    finishedAtMs: record.job.finishedAtMs,
    captureMicros: record.settlement?.captureMicros ?? 0,
    frozen,
    refundedCount: refunded?.count ?? 0,
    refundedMicros: refunded?.micros ?? 0,
    capturedMicros: captured?.micros ?? 0,
  }
}
