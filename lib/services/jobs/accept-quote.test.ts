import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemAccountId, userAccountId } from '#lib/core/ledger/accounts.ts'
import { type JobWorld, openJobWorld } from '#lib/local/test-jobs.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { insertTransfers } from '#lib/services/wallet/insert-transfers.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import { acceptQuote } from './accept-quote.ts'

let world: JobWorld
beforeAll(async () => {
  world = await openJobWorld()
})
afterAll(() => world.close())

type Player = Awaited<ReturnType<JobWorld['newPlayer']>>

/** Leaves exactly what one such job needs. */
async function leaveOnly(ctx: UserCtx, micros: number): Promise<void> {
  const draft = {
    kind: 'adjustment',
    debitAccountId: userAccountId(ctx.userId, 'available'),
    creditAccountId: systemAccountId('adjustments'),
    amountMicros: (await world.spendable(ctx)) - micros,
    causeType: 'admin',
    causeId: ctx.userId,
    idempotencyKey: `adjustment:${ctx.userId}`,
    userId: ctx.userId,
    ...{ holdId: null, settlementId: null, expects: null },
  } as const
  expect(await runBatch(ctx, insertTransfers(ctx, [draft]))).toEqual({ ok: true })
}

async function ceilingOf(player: Player): Promise<number> {
  const jobId = await world.startJob(player)
  return (await world.record(jobId)).quote.ceilingMicros
}

/** A click that is overtaken by `other` between reading the quote and taking the money. */
function overtakenBy(ctx: UserCtx, other: () => Promise<unknown>): UserCtx {
  const head: UserCtx['storage']['head'] = async (key) => {
    await other()
    return ctx.storage.head(key)
  }
  return { ...ctx, storage: { ...ctx.storage, head } }
}

test('of two clicks on one quote the slower gets the job too, although its money is spent by then', async () => {
  const player = await world.newPlayer()
  await leaveOnly(player.ctx, await ceilingOf(player))
  const input = { quote_id: await world.quote(player) }
  let first: { jobId: string; created: boolean } | null = null
  const slow = overtakenBy(player.ctx, async () => {
    first = await acceptQuote({ ctx: player.ctx, input })
  })
  const second = await acceptQuote({ ctx: slow, input })
  expect(first).toMatchObject({ created: true })
  expect(second).toEqual({ ...(first ?? {}), created: false })
  expect(await world.spendable(player.ctx)).toBe(0)
})

test('of clicks on two quotes the slower is told what is missing', async () => {
  const player = await world.newPlayer()
  await leaveOnly(player.ctx, await ceilingOf(player))
  const [one, other] = [await world.quote(player), await world.quote(player)]
  const slow = overtakenBy(player.ctx, () => acceptQuote({ ctx: player.ctx, input: { quote_id: one } }))
  const late = acceptQuote({ ctx: slow, input: { quote_id: other } })
  await expect(late).rejects.toMatchObject({ code: 'insufficient_funds' })
})
