import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeDb } from '#db/client.ts'
import { topUps, transfers } from '#db/schema/ledger.ts'
import { type D1Meter, type MeteredStatement, meterD1 } from '#lib/local/d1-meter.ts'
import { growHistory, type Template } from '#lib/local/grow-history.ts'
import { type JobWorld, openJobWorld } from '#lib/local/test-jobs.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { acceptQuote } from '#lib/services/jobs/accept-quote.ts'
import { cancelJob } from '#lib/services/jobs/cancel-job.ts'
import { refreshJob } from '#lib/services/jobs/refresh-job.ts'
import { checkBooks } from './check-books.ts'
import { handleStripeEvent } from './handle-stripe-event.ts'
import { readStatement } from './read-statement.ts'
import { readWallet } from './read-wallet.ts'
import { storeStripeEvent } from './store-stripe-event.ts'

const SIZES = [1_000, 10_000, 100_000, 1_000_000]
const CENTS = 500
/** Two slices of transfers and one of accounts, each with what it is compared with. */
const MOST_ROWS_OF_A_CHECK = 40_000

type Player = Awaited<ReturnType<JobWorld['newPlayer']>>

let world: JobWorld
let meter: D1Meter
let player: Player
let user: UserCtx
beforeAll(async () => {
  world = await openJobWorld()
  meter = meterD1(world.services.db.d1)
  player = await world.newPlayer()
  user = { ...player.ctx, db: makeDb(meter.d1 as unknown as Parameters<typeof makeDb>[0]) }
})
afterAll(() => world.close())

async function openTopUp(id: string): Promise<void> {
  const { userId, nowMs } = user
  const [createdAtMs, updatedAtMs] = [nowMs(), nowMs()]
  const what = { source: 'checkout', state: 'open', amountCents: CENTS, livemode: false } as const
  await world.ctx.db
    .insert(topUps)
    .values({ ...what, id, userId, clickId: id, checkoutSessionId: `cs_${id}`, createdAtMs, updatedAtMs })
}

/** What a paid Checkout's webhook does, once its signature is verified. */
async function deliver(topUpId: string): Promise<void> {
  const data = {
    id: `cs_${topUpId}`,
    client_reference_id: user.userId,
    metadata: { kind: 'top_up', top_up_id: topUpId },
    payment_status: 'paid',
    payment_intent: `pi_${topUpId}`,
    amount_total: CENTS,
    currency: 'usd',
    livemode: false,
  }
  const event = {
    id: `evt_${topUpId}`,
    type: 'checkout.session.completed',
    createdMs: user.nowMs(),
    livemode: false,
    data,
  }
  await storeStripeEvent({ ctx: user, input: event })
  expect(await handleStripeEvent({ ctx: user, input: { eventId: event.id } })).toBe('done')
}

async function finishedJob(): Promise<string> {
  const jobId = await world.startJob(player)
  const run = await world.take()
  await world.claim(run)
  await world.complete(run, await world.uploadResult(run))
  await expect.poll(async () => (await world.record(jobId)).job.state).toBe('running')
  world.services.advance(11_000)
  await refreshJob({ ctx: world.ctx, input: { jobId, force: true } })
  expect((await world.record(jobId)).job.state).toBe('succeeded')
  return jobId
}

/** Operations by name: what each reads and writes is compared between sizes. */
async function operations(size: number): Promise<Map<string, MeteredStatement[]>> {
  const measured = new Map<string, MeteredStatement[]>()
  const measure = async <Result>(name: string, run: () => Promise<Result>): Promise<Result> => {
    meter.take()
    const result = await run()
    measured.set(name, meter.take())
    return result
  }
  const quoteId = await measure('quote', () => world.quote({ ...player, ctx: user }))
  const { jobId } = await measure('debit', () => acceptQuote({ ctx: user, input: { quote_id: quoteId } }))
  await measure('cancel and settle', () => cancelJob({ ctx: user, input: { jobId, shownPriceMicros: 0 } }))
  await openTopUp(`top_${size}`)
  await measure('webhook of a paid top-up', () => deliver(`top_${size}`))
  await measure('wallet', () => readWallet({ ctx: user }))
  const page = await measure('statement, first page', () => readStatement({ ctx: user, input: {} }))
  const cursor = page.next_cursor ?? undefined
  await measure('statement, later page', () => readStatement({ ctx: user, input: { cursor } }))
  await measure('statement, captures only', () => readStatement({ ctx: user, input: { kind: 'capture' } }))
  return measured
}

async function checkedToTheEnd(): Promise<void> {
  for (;;) {
    const { caughtUp, drifts } = await checkBooks({ ctx: world.ctx })
    expect(drifts).toEqual([])
    if (caughtUp) return
  }
}

const total = (statements: readonly MeteredStatement[], what: 'rowsRead' | 'rowsWritten') =>
  statements.reduce((sum, statement) => sum + statement[what], 0)

/** `verb … ⇒ step` for every step of every plan that reads a table. */
async function plansOf(statements: readonly MeteredStatement[]): Promise<string[]> {
  const lines = new Set<string>()
  for (const text of new Set(statements.map((statement) => statement.sql))) {
    const places = [...text.matchAll(/\?/g)].map(() => null)
    const plan = world.services.db.d1.prepare(`EXPLAIN QUERY PLAN ${text}`).bind(...places)
    const verb = text.trim().replace(/\s+/g, ' ').slice(0, 60)
    for (const { detail } of (await plan.all<{ detail: string }>()).results) {
      if (/^(SEARCH|SCAN) /.test(detail)) lines.add(`${verb} … ⇒ ${detail}`)
    }
  }
  return [...lines]
}

/**
 * Steps that go through a whole table. One is planned and never run: SQLite looks for orphans of a new hold only while a foreign key is
 * violated, which the equal figures show.
 */
async function wholeTables(plans: readonly string[]): Promise<string[]> {
  const { results } = await world.services.db.d1
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'ledger_walk'")
    .all<{ name: string }>()
  const tables = new Set(results.map(({ name }) => name))
  return plans.filter((line) => tables.has(/ ⇒ SCAN (\w+)/.exec(line)?.[1] ?? '') && !/^insert into "holds"/.test(line))
}

/** A page holds up to a hundred rows, some with their job: the content decides, and it has a limit. */
const MOST_ROWS_OF_A_PAGE = 210

test('what a debit, a settlement, a webhook, a wallet and a statement read and write does not depend on the history', async () => {
  const jobId = await finishedJob()
  await openTopUp('top_first')
  await deliver('top_first')
  const template: Template = { userId: user.userId, jobId, topUpId: 'top_first', eventId: 'evt_top_first' }
  let jobs = 1
  const figures: Record<string, Record<string, string>> = {}
  for (const size of SIZES) {
    const missing = size - (await world.ctx.db.$count(transfers))
    jobs = await growHistory(world.services.db.d1, template, jobs, Math.max(1, missing))
    const measured = await operations(size)
    await checkedToTheEnd()
    meter.take()
    expect(await checkBooks({ ctx: user })).toMatchObject({ caughtUp: true, drifts: [] })
    const check = meter.take()
    for (const [name, statements] of [...measured, ['check of the books', check] as const]) {
      const figure = `${total(statements, 'rowsRead')} read, ${total(statements, 'rowsWritten')} written`
      figures[name] = { ...figures[name], [size]: figure }
    }
    expect(total(check, 'rowsRead')).toBeLessThan(MOST_ROWS_OF_A_CHECK)
    if (size !== SIZES.at(-1)) continue
    const plans = await plansOf([...[...measured.values()].flat(), ...check])
    console.log(plans.join('\n'))
    expect(await wholeTables(plans)).toEqual([])
  }
  console.table(figures)
  for (const [name, row] of Object.entries(figures)) {
    const distinct = [...new Set(Object.values(row))]
    if (name.startsWith('statement'))
      expect(Math.max(...distinct.map(Number.parseFloat))).toBeLessThan(MOST_ROWS_OF_A_PAGE)
    else if (name !== 'check of the books') expect(distinct, name).toHaveLength(1)
  }
}, 1_800_000)
