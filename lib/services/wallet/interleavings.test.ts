import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerAccounts, settlements } from '#db/schema/ledger.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import type { Ctx } from '#lib/services/context.ts'
import { checkBooks } from './check-books.ts'
import { addPlayers, brokenRules, type Command, Program } from './interleavings.ts'
import { walletCtx } from './wallet-fixture.ts'

const LANES = 4
const RUNS_PER_LANE = 125
/** A failing program is run again, shorter, to find what it is about; each run has a user of its own. */
const SPARE_PLAYERS = 60

let t: TestDb
let ctx: Ctx
beforeAll(async () => {
  t = await openTestDb()
  ctx = walletCtx(t.db)
})
afterAll(() => t.close())

const command: fc.Arbitrary<Command> = fc.tuple(
  fc.nat({ max: 10 }),
  fc.nat({ max: 7 }),
  fc.nat({ max: 11 }),
  fc.nat({ max: 600 }),
)
const program = fc.array(command, { minLength: 2, maxLength: 6, size: 'max' })

test('500 interleavings of top-ups, holds, settlements, debts, freezes, repeats, races and crashes keep the books', async () => {
  const players = await addPlayers(ctx, LANES * RUNS_PER_LANE + SPARE_PLAYERS)
  const lane = () =>
    fc.assert(
      fc.asyncProperty(program, async (commands) => {
        const player = players.pop()
        fc.pre(player !== undefined)
        if (player) await new Program(player).run(commands)
      }),
      { numRuns: RUNS_PER_LANE },
    )
  await Promise.all(Array.from({ length: LANES }, lane))
  expect(await brokenRules(ctx)).toEqual({ endedXorSettled: [], settlementsOff: [], holdsOff: [] })
  expect(await ctx.db.$count(settlements)).toBeGreaterThan(RUNS_PER_LANE)
  for (let accounts = await ctx.db.$count(ledgerAccounts); accounts > 0; ) {
    const report = await checkBooks({ ctx })
    expect(report.drifts).toEqual([])
    accounts -= report.accountsChecked
  }
}, 300_000)
