import { sql } from 'drizzle-orm'
import { MICROS_PER_CENT } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'
import type { Ending } from './job.ts'
import type { Player } from './players.ts'
import type { Stripe } from './stripe.ts'

/** One user's books, in micros and counts, straight from the tables. */
interface Figures {
  available: number
  held: number
  promo: number
  receivable: number
  frozen: number
  /** Rule 1: balances that are not the sum of their transfers. */
  offBalances: number
  /** Rule 3: open holds, and those whose transfers are not what they say. */
  openHolds: number
  openPromo: number
  holdsOff: number
  settlementsOff: number
  /** Rule 5: jobs that ended without a settlement, or the other way round. */
  endedXorSettled: number
  granted: number
  captured: number
  countedCaptures: number
  promoCaptured: number
  goodwill: number
  goodwillPromo: number
  spentOfCap: number
  spentWhileFrozen: number
  /** `job:outcome:capture` of every settlement, comma-separated. */
  settled: string | null
}

/**
 * Notes what is set aside for jobs, or sent back on request, while its owner is frozen: seen a moment later it would look like a freeze that came
 * after. A part of the test's database alone.
 */
export async function watchFrozenSpending(ctx: Ctx): Promise<void> {
  const frozen = 'EXISTS (SELECT 1 FROM users WHERE id = NEW.user_id AND frozen_at_ms IS NOT NULL)'
  const note = 'BEGIN INSERT INTO spent_while_frozen VALUES (NEW.user_id); END'
  await ctx.db.run('CREATE TABLE IF NOT EXISTS spent_while_frozen (user_id TEXT)')
  await ctx.db.run(`CREATE TRIGGER IF NOT EXISTS watch_holds AFTER INSERT ON holds WHEN ${frozen} ${note}`)
  const asked = `NEW.origin = 'user' AND ${frozen}`
  await ctx.db.run(`CREATE TRIGGER IF NOT EXISTS watch_refunds AFTER INSERT ON refunds WHEN ${asked} ${note}`)
}

async function readFigures(ctx: Ctx, userId: string): Promise<Figures> {
  const balance = (kind: string) => sql`(SELECT balance_micros FROM ledger_accounts WHERE id = ${`${userId}:${kind}`})`
  const mine = sql`SELECT holds.*, settlements.id AS settlement_id, capture_micros, release_micros, outcome, jobs.id AS job_id, jobs.state
    FROM holds LEFT JOIN jobs ON jobs.hold_id = holds.id LEFT JOIN settlements ON settlements.hold_id = holds.id
    WHERE holds.user_id = ${userId}`
  const total = (what: string, where = 'true') =>
    sql`(SELECT coalesce(sum(${sql.raw(what)}), 0) FROM mine WHERE ${sql.raw(where)})`
  const moved = (kind: string) =>
    `(SELECT coalesce(sum(amount_micros), 0) FROM transfers WHERE cause_type = 'hold' AND cause_id = mine.id AND kind = '${kind}')`
  const sum = (column: 'amount_micros' | 'promo_micros', table: 'promo_grants' | 'goodwill_refunds') =>
    sql`(SELECT coalesce(sum(${sql.raw(column)}), 0) FROM ${sql.raw(table)} WHERE user_id = ${userId})`
  const [figures] = await ctx.db.all<Figures>(sql`WITH mine AS MATERIALIZED (${mine})
    SELECT ${balance('available')} AS available, ${balance('held')} AS held, ${balance('promo')} AS promo,
      ${balance('receivable')} AS receivable,
      (SELECT frozen_at_ms IS NOT NULL FROM users WHERE id = ${userId}) AS frozen,
      (SELECT count(*) FROM ledger_accounts AS a WHERE user_id = ${userId} AND balance_micros <>
        (SELECT coalesce(sum(amount_micros), 0) FROM transfers WHERE credit_account_id = a.id)
        - (SELECT coalesce(sum(amount_micros), 0) FROM transfers WHERE debit_account_id = a.id)) AS offBalances,
      ${total('amount_micros', 'settlement_id IS NULL')} AS openHolds,
      ${total('promo_micros', 'settlement_id IS NULL')} AS openPromo,
      ${total('1', `amount_micros <> ${moved('hold')} OR job_id IS NULL`)} AS holdsOff,
      ${total('1', `capture_micros + release_micros <> amount_micros OR capture_micros <> ${moved('capture')} OR release_micros <> ${moved('release')}`)}
        AS settlementsOff,
      ${total('1', `(state IN ('succeeded', 'failed', 'canceled')) <> (settlement_id IS NOT NULL) OR outcome <> state`)} AS endedXorSettled,
      ${sum('amount_micros', 'promo_grants')} AS granted,
      ${total('capture_micros')} AS captured,
      coalesce((SELECT captured_micros FROM wallet_totals WHERE user_id = ${userId}), 0) AS countedCaptures,
      ${total('min(promo_micros, capture_micros)')} AS promoCaptured,
      ${sum('amount_micros', 'goodwill_refunds')} AS goodwill, ${sum('promo_micros', 'goodwill_refunds')} AS goodwillPromo,
      ${total('coalesce(capture_micros, amount_micros)')} AS spentOfCap,
      (SELECT count(*) FROM spent_while_frozen WHERE user_id = ${userId}) AS spentWhileFrozen,
      (SELECT group_concat(job_id || ':' || outcome || ':' || capture_micros) FROM mine WHERE settlement_id IS NOT NULL) AS settled`)
  if (!figures) throw new Error('There are no figures')
  return figures
}

function requireAll(userId: string, figures: object, rules: Readonly<Record<string, boolean>>): void {
  const broken = Object.keys(rules).filter((name) => !rules[name])
  if (broken.length > 0) throw new Error(`${userId} breaks: ${broken.join('; ')} ${JSON.stringify(figures)}`)
}

/** Rules 1 to 5 as they hold at every moment, whatever is under way. */
export async function checkAlways(ctx: Ctx, player: Player, decided: ReadonlySet<string>): Promise<Figures> {
  const f = await readFigures(ctx, player.userId)
  const settled = f.settled?.split(',') ?? []
  requireAll(player.userId, f, {
    'a balance is the sum of its transfers': f.offBalances === 0,
    'nothing is below zero, debts are above it nowhere':
      f.available >= 0 && f.held >= 0 && f.promo >= 0 && f.receivable <= 0,
    'a debt is paid first': f.available === 0 || f.receivable === 0,
    'what is held is the open holds': f.held === f.openHolds,
    'a hold moves what it says': f.holdsOff === 0,
    'capture and release are the hold, and moved': f.settlementsOff === 0,
    'a job ends with its settlement': f.endedXorSettled === 0,
    'captures are counted': f.captured === f.countedCaptures,
    'promo credit is spent, returned and never lost':
      f.promo === f.granted - f.openPromo - f.promoCaptured + f.goodwillPromo,
    'the cap of the day is kept': player.capMicros === null || f.spentOfCap <= player.capMicros,
    'a frozen wallet is not spent from': f.spentWhileFrozen === 0,
    'jobs cost what was decided':
      settled.every((each) => decided.has(each) || each.endsWith(EXPIRED)) && new Set(settled).size === settled.length,
  })
  return f
}

/** Any hold may expire. */
const EXPIRED = ':failed:0'

export function decisionOf({ jobId, outcome, captureMicros }: Ending): string {
  return `${jobId}:${outcome}:${captureMicros}`
}

/** When everything has been heard of and every hold has ended: to the micro what Stripe has of ours, and what jobs cost. */
export function checkEnd(player: Player, stripe: Stripe, figures: Figures): void {
  const f = figures
  const paid = stripe.balanceCents * MICROS_PER_CENT
  requireAll(
    player.userId,
    { ...f, paid },
    {
      'every hold has ended': f.held === 0,
      'money is what was paid in, less what it bought':
        f.available + f.receivable === paid - (f.captured - f.promoCaptured) + (f.goodwill - f.goodwillPromo),
      'frozen while a chargeback is open, and only then': (f.frozen === 1) === stripe.hasOpenDispute,
    },
  )
}
