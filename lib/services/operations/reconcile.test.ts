import { afterAll, beforeAll, expect, test } from 'vitest'
import { type JobWorld, openJobWorld } from '#lib/local/test-jobs.ts'
import { readOverview } from '#lib/services/admin/read-overview.ts'
import { reconcile } from './reconcile.ts'

let world: JobWorld
beforeAll(async () => {
  world = await openJobWorld()
})
afterAll(() => world.close())

test('a part that fails is an alarm, once, and does not keep the others from their repairs', async () => {
  // This world has no payments: the parts that read Stripe's events and its balance cannot work.
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const run = await world.take()
  await world.claim(run)
  await world.complete(run, await world.uploadResult(run))
  world.services.advance(11_000)
  const report = await reconcile({ ctx: world.ctx })
  await reconcile({ ctx: world.ctx })
  expect(report).toMatchObject({ jobs: { refreshed: 1 }, top_ups: { error: expect.stringContaining('payments') } })
  expect((await world.record(jobId)).job.state).toBe('succeeded')

  const overview = await readOverview({ ctx: world.ctx })
  expect(overview.open_alarms).toMatchObject(Array(2).fill({ kind: 'reconciler_failed', count: 2 }))
  expect(overview.jobs_by_state).toEqual({ queued: 0, running: 0, finalizing: 0, succeeded: 1, failed: 0, canceled: 0 })
  expect(overview.latest_jobs).toMatchObject([{ id: jobId, state: 'succeeded', attempts: 1, captured_micros: 10_000 }])
  expect(overview.latest_jobs[0]?.gpu_cost_micros).toBeGreaterThan(0)
})
