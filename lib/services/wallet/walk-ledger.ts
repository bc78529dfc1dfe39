import { type SQL, sql } from 'drizzle-orm'
import { ledgerAccounts, ledgerSums, ledgerWalk, transfers, walletTotals } from '#db/schema/ledger.ts'
import { recogniseConstraint } from '#lib/core/ledger/constraints.ts'
import type { Ctx } from '#lib/services/context.ts'

/** An account (or `<user>:captured`) of which the books say different things. */
export interface Difference {
  id: string
  saysMicros: number
  bookedMicros: number
  againMicros: number
}

export interface WalkStep {
  /** Every transfer is added up; only then is anything compared. */
  caughtUp: boolean
  accountsCompared: number
  differences: Difference[]
}

/** A step reads no more transfers and no more accounts than this, however long the history is. */
export const TRANSFERS_PER_STEP = 2_000
export const ACCOUNTS_PER_STEP = 2_000

type Walk = typeof ledgerWalk.$inferSelect

/**
 * Adds the next transfers to both walks' sums and compares the accounts that they touched, and the next slice of all accounts, with them.
 * Everything is one batch, so every number is of the same moment; null when another run took this step at the same time.
 *
 * The second walk adds up everything anew, from the first transfer: what was changed behind the triggers after it had been added up once shows as
 * two sums of one history. When both walks stand at one place, one whole round of slices compares them, and the next walk begins.
 */
export async function walkLedger({ ctx }: { ctx: Ctx }): Promise<WalkStep | null> {
  const [walk] = await ctx.db.select().from(ledgerWalk)
  if (!walk) throw new Error('The row of ledger_walk is missing')
  const answers = await takeStep(ctx, walk)
  if (!answers) return null
  const { end, caughtUp, differences } = answers
  if (!caughtUp) return { caughtUp, accountsCompared: 0, differences: [] }
  await nextSlice(ctx, walk, end.accounts === ACCOUNTS_PER_STEP ? end.lastId : null)
  return { caughtUp, accountsCompared: end.accounts, differences }
}

async function takeStep(ctx: Ctx, walk: Walk) {
  const { first, second, sum, again, touched, slice, sliceEnd, present } = walkStatements(ctx, walk)
  try {
    const results = await ctx.db.batch([first, second, sum, again, touched, slice, sliceEnd, present])
    const [, , , , ofTouched, ofSlice, [end], [now]] = results
    if (!end || !now) throw new Error('The walk of the ledger has no end')
    const byAccount = new Map([...ofTouched, ...ofSlice].map((difference) => [difference.id, difference]))
    return { end, caughtUp: now.caughtUp === 1, differences: [...byAccount.values()] }
  } catch (error) {
    if (error instanceof Error && recogniseConstraint(error.message) === 'ledger_walk_moved') return null
    throw error
  }
}

/** Without bound parameters, which raw statements of a batch lose in Drizzle. Exported so that a test can ask for their query plans. */
export function walkStatements(ctx: Ctx, walk: Walk) {
  const [mark, againMark, number] = [integer(walk.mark), integer(walk.againMark), integer(walk.walk)]
  const next = (from: SQL) => sql`SELECT rowid FROM ${transfers} WHERE rowid > ${from}`
  const most = sql`ORDER BY rowid LIMIT ${integer(TRANSFERS_PER_STEP)}`
  const first = sql`coalesce((SELECT max(rowid) FROM (${next(mark)} ${most})), ${mark})`
  const upTo = sql`AND rowid <= (SELECT mark FROM ${ledgerWalk})`
  const second = sql`coalesce((SELECT max(rowid) FROM (${next(againMark)} ${upTo} ${most})), ${againMark})`
  const mine = sql`mark = ${mark} AND again_mark = ${againMark} AND walk = ${number}`
  const slice = sql`SELECT * FROM ${ledgerAccounts} WHERE id > (SELECT after_account FROM ${ledgerWalk}) ORDER BY id
    LIMIT ${integer(ACCOUNTS_PER_STEP)}`
  const touched = sql`SELECT * FROM ${ledgerAccounts} WHERE id IN (
    SELECT debit_account_id FROM ${transfers} WHERE ${after(mark, 'mark')}
    UNION SELECT credit_account_id FROM ${transfers} WHERE ${after(mark, 'mark')})`
  return {
    // NULL, which the column refuses, when another run has taken this step.
    first: ctx.db.run(sql`UPDATE ${ledgerWalk} SET mark = CASE WHEN ${mine} THEN ${first} END`),
    second: ctx.db.run(sql`UPDATE ${ledgerWalk} SET again_mark = ${second}`),
    sum: ctx.db.run(sql`INSERT INTO ${ledgerSums} (account_id, sum_micros, again_micros, again_walk)
      SELECT account, sum(micros), 0, 0 FROM (${deltas(after(mark, 'mark'))}) WHERE true GROUP BY account
      ON CONFLICT (account_id) DO UPDATE SET sum_micros = sum_micros + excluded.sum_micros`),
    again: ctx.db.run(sql`INSERT INTO ${ledgerSums} (account_id, sum_micros, again_micros, again_walk)
      SELECT account, 0, sum(micros), ${number} FROM (${deltas(after(againMark, 'again_mark'))}) WHERE true GROUP BY account
      ON CONFLICT (account_id) DO UPDATE SET again_walk = excluded.again_walk,
        again_micros = iif(again_walk = excluded.again_walk, again_micros, 0) + excluded.again_micros`),
    touched: ctx.db.all<Difference>(differing(touched)),
    slice: ctx.db.all<Difference>(differing(slice)),
    sliceEnd: ctx.db.all<{ lastId: string | null; accounts: number }>(
      sql`SELECT max(id) AS lastId, count(*) AS accounts FROM (${slice})`,
    ),
    present: ctx.db.all<{ caughtUp: number }>(sql`SELECT ${CAUGHT_UP} AS caughtUp FROM ${ledgerWalk}`),
  }
}

function integer(value: number): SQL {
  return sql.raw(value.toFixed(0))
}

const CAUGHT_UP = sql`(${ledgerWalk}.mark = (SELECT coalesce(max(rowid), 0) FROM ${transfers}))`

function after(from: SQL, mark: 'mark' | 'again_mark'): SQL {
  return sql`rowid > ${from} AND rowid <= (SELECT ${sql.raw(mark)} FROM ${ledgerWalk})`
}

/** What these transfers do to each account. */
function deltas(which: SQL): SQL {
  return sql`SELECT debit_account_id AS account, -amount_micros AS micros FROM ${transfers} WHERE ${which}
    UNION ALL SELECT credit_account_id, amount_micros FROM ${transfers} WHERE ${which}
    UNION ALL SELECT user_id || ':captured', amount_micros FROM ${transfers}
      WHERE ${which} AND kind = 'capture' AND user_id IS NOT NULL`
}

/** Of these accounts, those whose balance is not the sum of their transfers, or whose history has two sums. */
function differing(accounts: SQL): SQL {
  return sql`WITH accounts AS (${accounts}), claims AS (
      SELECT id, balance_micros AS says FROM accounts
      UNION ALL SELECT accounts.user_id || ':captured', coalesce(${walletTotals}.captured_micros, 0) FROM accounts
        LEFT JOIN ${walletTotals} ON ${walletTotals}.user_id = accounts.user_id WHERE accounts.kind = 'available'
    ), sums AS (
      SELECT claims.id, says, coalesce(${ledgerSums}.sum_micros, 0) AS booked, ${ledgerWalk}.again_mark = ${ledgerWalk}.mark AS together,
        iif(${ledgerSums}.again_walk = ${ledgerWalk}.walk, ${ledgerSums}.again_micros, 0) AS again
      FROM claims CROSS JOIN ${ledgerWalk} LEFT JOIN ${ledgerSums} ON ${ledgerSums}.account_id = claims.id WHERE ${CAUGHT_UP}
    )
    SELECT id, says AS saysMicros, booked AS bookedMicros, iif(together, again, booked) AS againMicros
    FROM sums WHERE says <> booked OR (together AND booked <> again) ORDER BY id`
}

/** Two runs at once may take the same slice; nothing is skipped. */
async function nextSlice(ctx: Ctx, walk: Walk, lastId: string | null): Promise<void> {
  const again = sql`walk = ${walk.walk} AND after_account = ${walk.afterAccount}`
  if (lastId !== null) {
    await ctx.db.run(sql`UPDATE ${ledgerWalk} SET after_account = ${lastId} WHERE ${again}`)
    return
  }
  const next = walk.comparesWalks
    ? sql`walk = walk + 1, again_mark = 0, compares_walks = 0`
    : sql`compares_walks = (again_mark = mark)`
  await ctx.db.run(sql`UPDATE ${ledgerWalk} SET after_account = '', ${next} WHERE ${again}`)
}
