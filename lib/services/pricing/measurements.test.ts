import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { quotes } from '#db/schema/ledger.ts'
import { calibration } from '#db/schema/spending.ts'
import { RUNS_KEPT } from '#lib/core/pricing/calibration.ts'
import { type JobWorld, openJobWorld } from '#lib/local/test-jobs.ts'
import { cancelJob } from '#lib/services/jobs/cancel-job.ts'
import { createQuote } from '#lib/services/jobs/create-quote.ts'
import { refreshJob } from '#lib/services/jobs/refresh-job.ts'

let world: JobWorld
beforeAll(async () => {
  world = await openJobWorld()
})
afterAll(() => world.close())
beforeEach(() => world.ctx.db.delete(calibration))

const refresh = (jobId: string) => refreshJob({ ctx: world.ctx, input: { jobId, force: true } })
const measured = () => world.ctx.db.select().from(calibration)

/** Runs of the class that the world's clip is in, each of another job. */
async function addRuns(count: number, msPerWorkS: number, userId: string, gpuClass = world.ctx.settings.gpuClass) {
  for (let i = 0; i < count; i++) {
    await world.ctx.db.insert(calibration).values({
      jobId: world.ctx.newId('job'),
      userId,
      task: 'upscale',
      model: 'reelsr-std ×2',
      resolutionClass: 'sd',
      gpuClass,
      workSeconds: 10,
      gpuMs: msPerWorkS * 10,
      createdAtMs: world.ctx.nowMs() + i,
    })
  }
}

test('two jobs that finish at once are both measured, and each of them once', async () => {
  const players = await Promise.all([world.newPlayer(), world.newPlayer()])
  const jobIds = await Promise.all(players.map((player) => world.startJob(player)))
  for (const _ of players) {
    const run = await world.take()
    await world.claim(run)
    await world.complete(run, await world.uploadResult(run))
  }
  await Promise.all([...jobIds, ...jobIds].map(refresh))
  await Promise.all(jobIds.map(refresh))
  const rows = await measured()
  expect(rows.map((row) => row.jobId).sort()).toEqual([...jobIds].sort())
  const record = await world.record(jobIds[0] ?? '')
  const winner = record.attempts.find((attempt) => attempt.state === 'completed')
  expect(rows.find((row) => row.jobId === jobIds[0])).toMatchObject({
    task: 'upscale',
    model: 'reelsr-fast ×2',
    resolutionClass: 'sd',
    gpuClass: record.quote.gpuClass,
    workSeconds: record.quote.workSeconds,
    gpuMs: winner?.executionMs,
    userId: record.job.userId,
  })
})

test('a canceled job is not measured', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  await world.claim(await world.take())
  await cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: 10_000 } })
  expect((await world.record(jobId)).settlement?.outcome).toBe('canceled')
  expect(await measured()).toEqual([])
})

test('a quote rests on the runs of its class, says so, and keeps its price whatever is measured later', async () => {
  const players = await Promise.all([world.newPlayer(), world.newPlayer(), world.newPlayer()])
  const [player] = players
  const quote = () =>
    createQuote({ ctx: player.ctx, input: { asset_id: player.assetId, task: 'upscale', params: { scale: 2 } } })
  const before = await quote()
  expect(before.breakdown[0]?.detail).toContain('too few jobs')
  await addRuns(40, 500, player.ctx.userId, 'a40')
  expect((await quote()).ceiling_micros).toBe(before.ceiling_micros)
  for (const { ctx } of players) await addRuns(20, 9_000, ctx.userId)
  const after = await quote()
  expect(after.breakdown[0]?.detail).toContain('measured from 60 finished jobs')
  expect(after.expected_seconds).toBeCloseTo((60 * 9 + 20 * 2) / 80)
  expect(after.ceiling_micros).toBeGreaterThanOrEqual(after.estimate_micros)
  const [stored] = await world.ctx.db.select().from(quotes).where(eq(quotes.id, before.quote_id))
  expect(stored?.ceilingMicros).toBe(before.ceiling_micros)
  const [now] = await world.ctx.db.select().from(quotes).where(eq(quotes.id, after.quote_id))
  expect(JSON.parse(now?.calibrationJson ?? '')).toMatchObject({
    runs: 60,
    resolutionClass: 'sd',
    p90MsPerWorkS: 9_000,
  })
})

test('the table keeps the newest runs of each class and no others', async () => {
  const { ctx } = await world.newPlayer()
  await addRuns(3, 500, ctx.userId, 'a40')
  await addRuns(RUNS_KEPT + 5, 700, ctx.userId)
  const rows = await measured()
  expect(rows.filter((row) => row.gpuClass === 'a40')).toHaveLength(3)
  const kept = rows.filter((row) => row.gpuClass !== 'a40')
  expect(kept).toHaveLength(RUNS_KEPT)
  expect(
    Math.max(...kept.map((row) => row.createdAtMs)) - Math.min(...kept.map((row) => row.createdAtMs)),
  ).toBeLessThan(60_000)
})
