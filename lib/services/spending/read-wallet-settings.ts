import { and, eq, gte, inArray, notInArray, sql } from 'drizzle-orm'
import { topUps } from '#db/schema/ledger.ts'
import { savedCards, walletSettings } from '#db/schema/spending.ts'
import type { WalletSettingsView } from '#lib/contracts/api/spending.ts'
import { spendDay, spendMonth } from '#lib/core/spending/spend-day.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { readSpentTodayMicros } from './read-spend-day.ts'

type Row = typeof walletSettings.$inferSelect

/** What the signed-in user chose about spending, and where today and this month stand against it. */
export async function readWalletSettings({ ctx }: { ctx: UserCtx }): Promise<WalletSettingsView> {
  const nowMs = ctx.nowMs()
  const month = spendMonth(nowMs)
  const auto = and(eq(topUps.userId, ctx.userId), eq(topUps.source, 'auto'))
  const [[row], [card], [charged], inFlight, asked] = await ctx.db.batch([
    ctx.db.select().from(walletSettings).where(eq(walletSettings.userId, ctx.userId)),
    ctx.db
      .select()
      .from(savedCards)
      .where(and(eq(savedCards.userId, ctx.userId), eq(savedCards.state, 'active'))),
    ctx.db
      .select({ cents: sql<number>`coalesce(sum(${topUps.amountCents}), 0)` })
      .from(topUps)
      .where(and(auto, gte(topUps.createdAtMs, month.startsAtMs), notInArray(topUps.state, ['failed', 'expired']))),
    ctx.db
      .select({ id: topUps.id })
      .from(topUps)
      .where(and(auto, inArray(topUps.state, ['created', 'open', 'processing'])))
      .limit(1),
    ctx.db
      .select({ id: topUps.id })
      .from(topUps)
      .where(and(eq(topUps.userId, ctx.userId), eq(topUps.state, 'credited'), sql`card_state = 'asked'`))
      .limit(1),
  ])
  return {
    spend_cap_micros: row?.spendCapMicros ?? null,
    spent_today_micros: await readSpentTodayMicros({ ctx, input: { userId: ctx.userId } }),
    day_ends_at_ms: spendDay(nowMs).endsAtMs,
    low_balance_micros: row?.lowBalanceMicros ?? null,
    card: card ? { brand: card.brand, last4: card.last4, exp_month: card.expMonth, exp_year: card.expYear } : null,
    card_pending: asked.length > 0,
    auto_top_up: {
      state: row?.autoState ?? 'off',
      terms: termsOf(row),
      month_cents: charged?.cents ?? 0,
      month_ends_at_ms: month.endsAtMs,
      in_flight: inFlight.length > 0,
      declines: row?.autoDeclines ?? 0,
      next_try_at_ms: row && row.autoNextAtMs > nowMs ? row.autoNextAtMs : null,
    },
  }
}

function termsOf(row: Row | undefined): WalletSettingsView['auto_top_up']['terms'] {
  if (!row) return null
  const { autoThresholdMicros, autoAmountCents, autoMonthlyCapCents } = row
  if (autoThresholdMicros === null || autoAmountCents === null || autoMonthlyCapCents === null) return null
  return {
    threshold_micros: autoThresholdMicros,
    amount_cents: autoAmountCents,
    monthly_cap_cents: autoMonthlyCapCents,
  }
}
