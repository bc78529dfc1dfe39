import { and, asc, eq, gt, inArray, isNotNull, lt, or, sql } from 'drizzle-orm'
import { topUps } from '#db/schema/ledger.ts'
import { cursors } from '#db/schema/operations.ts'
import { savedCards, walletSettings } from '#db/schema/spending.ts'
import type { Ctx } from '#lib/services/context.ts'
import { BALANCE_MICROS } from './balance-sql.ts'
import { chargeAutoTopUp } from './charge-auto-top-up.ts'
import { forgetCard } from './forget-card.ts'
import { rememberCard } from './remember-card.ts'
import { watchBalance } from './watch-balance.ts'

/** How much one tick takes on of each; the rest waits for the next. */
const PER_TICK = 25
/** How many users' settings one tick looks at; the next goes on after them. */
const SETTINGS_PER_TICK = 500
const CURSOR = 'wallet_settings'
/** Whoever wished to keep a card and has not paid by then does not come back to that page. */
const UNPAID_MS = 3 * 24 * 3_600_000

export interface SpendingReport {
  charged: number
  remembered: number
  forgotten: number
  watched: number
  problems: number
}

/**
 * What a crash or an unreachable Stripe left behind: attempts without an answer are asked again, paid cards are kept, given up ones forgotten; and
 * every balance that stands on the wrong side of a threshold is looked at. Each is harmless when done twice.
 */
export async function reconcileSpending({ ctx }: { ctx: Ctx }): Promise<SpendingReport> {
  const problems: string[] = []
  const each = async <Item>(items: Item[], work: (item: Item) => Promise<unknown>) => {
    for (const item of items) {
      try {
        await work(item)
      } catch (error) {
        problems.push(String(error))
        ctx.log('warn', 'spending could not be looked after yet', { item: JSON.stringify(item), error: String(error) })
      }
    }
    return items.length
  }
  const charged = await each(await unanswered(ctx), (topUpId) => chargeAutoTopUp({ ctx, input: { topUpId } }))
  const remembered = await each(await cardsAsked(ctx), (topUpId) => rememberCard({ ctx, input: { topUpId } }))
  const forgotten = await each(await cardsGivenUp(ctx), (card) => forgetCard({ ctx, input: card }))
  const watched = await each(await crossed(ctx), (userId) => watchBalance({ ctx, input: { userId } }))
  return { charged, remembered, forgotten, watched, problems: problems.length }
}

async function unanswered(ctx: Ctx): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: topUps.id })
    .from(topUps)
    .where(and(eq(topUps.state, 'created'), eq(topUps.source, 'auto')))
    // In no order, as below: one that Stripe does not answer must not stand in the others' way.
    .orderBy(sql`random()`)
    .limit(PER_TICK)
  return rows.map((row) => row.id)
}

async function cardsAsked(ctx: Ctx): Promise<string[]> {
  await unpaidWishes(ctx)
  return (await askedCards(ctx)).map((row) => row.id)
}

/** `+`, here and below: SQLite, left to choose, would go through every top-up that ever came to that state. */
export function unpaidWishes(ctx: Ctx) {
  return ctx.db
    .update(topUps)
    .set({ cardState: 'none' })
    .where(
      and(
        sql`card_state = 'asked'`,
        inArray(sql`+${topUps.state}`, ['expired', 'failed']),
        lt(topUps.createdAtMs, ctx.nowMs() - UNPAID_MS),
      ),
    )
}

/** In no order: a card that cannot be read must not stand in the others' way. */
export function askedCards(ctx: Ctx) {
  return ctx.db
    .select({ id: topUps.id })
    .from(topUps)
    .where(and(sql`card_state = 'asked'`, sql`+${topUps.state} = 'credited'`))
    .orderBy(sql`random()`)
    .limit(PER_TICK)
}

function cardsGivenUp(ctx: Ctx): Promise<{ cardId: string; paymentMethodId: string }[]> {
  return ctx.db
    .select({ cardId: savedCards.id, paymentMethodId: savedCards.paymentMethodId })
    .from(savedCards)
    .where(sql`state = 'removing'`)
    .orderBy(sql`random()`)
    .limit(PER_TICK)
}

/** Users for whom something is to be done, among the next few hundred who have settings. */
async function crossed(ctx: Ctx): Promise<string[]> {
  const [cursor] = await ctx.db.select().from(cursors).where(eq(cursors.name, CURSOR))
  const page = ctx.db
    .select({ userId: walletSettings.userId })
    .from(walletSettings)
    .where(gt(walletSettings.userId, cursor?.value ?? ''))
    .orderBy(asc(walletSettings.userId))
    .limit(SETTINGS_PER_TICK)
  const ids = (await page).map((row) => row.userId)
  const last = ids.length === SETTINGS_PER_TICK ? (ids.at(-1) ?? '') : ''
  const row = { name: CURSOR, value: last, updatedAtMs: ctx.nowMs() }
  await ctx.db.insert(cursors).values(row).onConflictDoUpdate({ target: cursors.name, set: row })
  const { autoState, autoNextAtMs, autoThresholdMicros, lowBalanceMicros, lowBalanceState, userId } = walletSettings
  const rows = await ctx.db
    .select({ userId })
    .from(walletSettings)
    .where(
      and(
        gt(userId, cursor?.value ?? ''),
        last === '' ? undefined : sql`${userId} <= ${last}`,
        or(
          and(eq(autoState, 'on'), lt(autoNextAtMs, ctx.nowMs() + 1), sql`${BALANCE_MICROS} < ${autoThresholdMicros}`),
          and(
            isNotNull(lowBalanceMicros),
            sql`(${lowBalanceState} = 'told') = (${BALANCE_MICROS} >= ${lowBalanceMicros})`,
          ),
        ),
      ),
    )
    .orderBy(asc(userId))
    .limit(SETTINGS_PER_TICK)
  return rows.map((row) => row.userId)
}
