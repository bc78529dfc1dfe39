import { expect, test } from '@playwright/test'
import { steer } from './support/cloud.ts'
import { makeClip, makeLyingClip } from './support/media.ts'
import { newPlayer, type Player } from './support/player.ts'
import { type OwnStack, startOwnStack } from './support/stack.ts'

/**
 * What can go wrong between the quote and the result, with the real worker process, over HTTP, against the production build. Every test
 * ends by asking the books: charged once, or not at all.
 */
let stack: OwnStack
let cloud: ReturnType<typeof steer>

test.beforeAll(async () => {
  test.setTimeout(180_000)
  stack = await startOwnStack({
    stack: 1,
    worker: true,
    env: {
      STATUS_MAX_AGE_MS: '500',
      DISPATCH_UNKNOWN_MS: '3000',
      RETRY_BACKOFF_MS: '200',
      LOCAL_RUNPOD_WORKER_LOST_MS: '4000',
      RUNPOD_PING_INTERVAL: '500',
    },
  })
  cloud = steer(stack.cloud)
})
test.afterAll(() => stack.stop())
test.beforeEach(async () => {
  await cloud.healRunpod()
  stack.restartWorker()
})

const TOP_UP_CENTS = 500
const TOP_UP_MICROS = 5_000_000

async function fundedPlayer(clip: string): Promise<{ player: Player; assetId: string }> {
  const player = await newPlayer(stack.cloud)
  await player.topUp(TOP_UP_CENTS)
  const asset = await player.upload(clip)
  expect(asset.state).toBe('ready')
  return { player, assetId: asset.id }
}

/** Succeeded, one capture, one billed run, and the wallet shows exactly that. */
async function expectChargedOnce(player: Player, jobId: string): Promise<void> {
  const receipt = await player.receipt(jobId)
  const captured = receipt.captured_micros ?? 0
  expect(receipt.state).toBe('succeeded')
  expect(receipt.transfers.filter((transfer) => transfer.kind === 'capture')).toHaveLength(1)
  expect(receipt.attempts.filter((attempt) => attempt.billed)).toHaveLength(1)
  expect(captured).toBeGreaterThan(0)
  expect(captured).toBeLessThanOrEqual(receipt.ceiling_micros)
  expect(await player.wallet()).toMatchObject({ available_micros: TOP_UP_MICROS - captured, held_micros: 0 })
}

async function expectNothingCharged(player: Player, jobId: string, code: string): Promise<void> {
  const job = await player.job(jobId)
  expect(job).toMatchObject({ state: 'failed', failure: { code }, cost: { captured_micros: 0 } })
  expect(await player.wallet()).toMatchObject({ available_micros: TOP_UP_MICROS, held_micros: 0 })
}

async function untilWorking(player: Player, jobId: string): Promise<void> {
  await expect
    .poll(async () => (await player.job(jobId)).progress?.frame ?? 0, { timeout: 60_000, intervals: [200] })
    .toBeGreaterThan(0)
}

const longClip = (path: string) => makeClip(path, { width: 480, height: 270, seconds: 12, fps: 30 })

test('a worker killed in the middle is replaced; the user pays one run', async ({ browserName: _ }, info) => {
  const { player, assetId } = await fundedPlayer(longClip(info.outputPath('twelve-seconds.mp4')))
  const { id } = await player.run(assetId)
  await untilWorking(player, id)
  await stack.killWorker()
  stack.restartWorker()
  await player.ended(id)
  expect((await cloud.runsOf(id)).length).toBeGreaterThanOrEqual(1)
  await expectChargedOnce(player, id)
})

test('a lost answer to the dispatch leads to one run', async ({ browserName: _ }, info) => {
  const { player, assetId } = await fundedPlayer(makeClip(info.outputPath('clip.mp4')))
  await cloud.runpodFault({ action: 'drop_run_response', times: 1 })
  const { id } = await player.run(assetId)
  await player.ended(id)
  expect(await cloud.runsOf(id)).toHaveLength(1)
  await expectChargedOnce(player, id)
})

test('a lost webhook is made up for by the reconciler, without anyone looking at the job', async ({
  browserName: _,
}, info) => {
  const { player, assetId } = await fundedPlayer(makeClip(info.outputPath('clip.mp4')))
  await cloud.runpodFault({ action: 'drop_webhook', times: 3 })
  const { id } = await player.run(assetId)
  await expect.poll(async () => (await cloud.runsOf(id))[0]?.status, { timeout: 60_000 }).toBe('COMPLETED')
  await expect
    .poll(
      async () => {
        await stack.reconcile()
        return (await player.receipt(id)).state
      },
      { timeout: 30_000 },
    )
    .toBe('succeeded')
  await expectChargedOnce(player, id)
})

test('a completion replayed after the end changes nothing', async ({ browserName: _ }, info) => {
  const { player, assetId } = await fundedPlayer(makeClip(info.outputPath('clip.mp4')))
  const { id } = await player.run(assetId)
  await player.ended(id)
  const [run] = await cloud.runsOf(id)
  await Promise.all([1, 2, 3].map(() => cloud.replayWebhook(run?.id ?? '')))
  await stack.reconcile()
  await expectChargedOnce(player, id)
})

test('a stale attempt that starts late is told not to proceed, and only its successor is charged', async ({
  browserName: _,
}, info) => {
  const { player, assetId } = await fundedPlayer(makeClip(info.outputPath('clip.mp4')))
  await cloud.runpodFault({ action: 'hold_queue' })
  await cloud.runpodFault({ action: 'drop_run_response', times: 1 })
  const { id } = await player.run(assetId)
  // Nobody confirms the first dispatch within its three seconds: a second attempt is made.
  await expect
    .poll(
      async () => {
        await stack.reconcile()
        return (await player.receipt(id)).attempts.map((attempt) => attempt.state)
      },
      { timeout: 20_000 },
    )
    .toEqual(['lost', 'queued'])
  await cloud.healRunpod()
  await player.ended(id)
  await expect
    .poll(async () => (await cloud.runsOf(id)).every((run) => !run.status.startsWith('IN_')), { timeout: 30_000 })
    .toBe(true)
  await stack.reconcile()
  expect((await player.receipt(id)).attempts).toMatchObject([
    { state: 'lost', billed: false },
    { state: 'completed', billed: true },
  ])
  await expectChargedOnce(player, id)
})

test('cancelling while the GPU works stops it at the price shown', async ({ browserName: _ }, info) => {
  const { player, assetId } = await fundedPlayer(longClip(info.outputPath('twelve-seconds.mp4')))
  const { id } = await player.run(assetId)
  await untilWorking(player, id)
  const shown = (await player.job(id)).cancel_price_micros ?? 0
  expect(shown).toBeGreaterThan(0)
  const reply = await player.api.post(`/api/jobs/${id}/cancel`, { data: { shown_price_micros: shown } })
  expect(reply.ok()).toBe(true)
  expect(await player.job(id)).toMatchObject({ state: 'canceled', cost: { captured_micros: shown } })
  expect(await player.wallet()).toMatchObject({ available_micros: TOP_UP_MICROS - shown, held_micros: 0 })
  await expect.poll(async () => (await cloud.runsOf(id))[0]?.status, { timeout: 20_000 }).toBe('CANCELLED')
})

test('of a cancel and a completion that race one wins, and the user is told which', async ({
  browserName: _,
}, info) => {
  const { player, assetId } = await fundedPlayer(makeClip(info.outputPath('clip.mp4'), { seconds: 1 }))
  const { id } = await player.run(assetId)
  await expect
    .poll(async () => (await cloud.runsOf(id))[0]?.status, { timeout: 60_000, intervals: [50] })
    .toBe('COMPLETED')
  const reply = await player.api.post(`/api/jobs/${id}/cancel`, { data: { shown_price_micros: 1 } })
  const job = await player.ended(id)
  if (reply.ok()) {
    expect(job).toMatchObject({ state: 'canceled', output: null })
    expect((await player.wallet()).available_micros).toBeGreaterThanOrEqual(TOP_UP_MICROS - 1)
  } else {
    expect(['job_finishing', 'job_finished']).toContain((await reply.json()).code)
    await expectChargedOnce(player, id)
  }
})

test('a double click on run makes one job', async ({ browserName: _ }, info) => {
  const { player, assetId } = await fundedPlayer(makeClip(info.outputPath('clip.mp4'), { seconds: 1 }))
  const { quote_id } = await player.quote(assetId)
  const replies = await Promise.all([1, 2, 3].map(() => player.api.post('/api/debit', { data: { quote_id } })))
  const statuses = replies.map((reply) => reply.status())
  expect(statuses.filter((status) => status === 201)).toHaveLength(1)
  expect(statuses.filter((status) => status === 200)).toHaveLength(2)
  const jobs = await player.jobs()
  expect(jobs).toHaveLength(1)
  const id = jobs[0]?.id ?? ''
  await player.ended(id)
  await expectChargedOnce(player, id)
})

test('a file swapped after the quote is refused and nothing is held', async ({ browserName: _ }, info) => {
  const { player, assetId } = await fundedPlayer(makeClip(info.outputPath('clip.mp4')))
  const { quote_id } = await player.quote(assetId)
  const [key] = (await cloud.storedKeys('users/')).filter((stored) => stored.includes(assetId))
  await cloud.replaceObject(key ?? '', new Uint8Array(5_000))
  expect(await player.refusal('post', '/api/debit', { quote_id })).toMatchObject({ code: 'input_changed', status: 409 })
  expect(await player.wallet()).toMatchObject({ available_micros: TOP_UP_MICROS, held_micros: 0 })
})

test('a file whose headers promise less than it holds ends the job for free', async ({ browserName: _ }, info) => {
  const { player, assetId } = await fundedPlayer(makeLyingClip(info.outputPath('clip.mp4')))
  const { id } = await player.run(assetId)
  const job = await player.ended(id)
  expect(job.state).toBe('failed')
  expect(job.failure?.fault).toBe('input')
  await expectNothingCharged(player, id, job.failure?.code ?? '')
  expect(await cloud.runsOf(id)).toHaveLength(1)
})

test('videos, jobs and receipts of someone else do not exist', async ({ browserName: _ }, info) => {
  const { player, assetId } = await fundedPlayer(makeClip(info.outputPath('clip.mp4'), { seconds: 1 }))
  const { quote_id } = await player.quote(assetId)
  const { id } = await player.run(assetId)
  const stranger = await newPlayer(stack.cloud)
  const notFound = { code: 'not_found', status: 404 }
  expect(await stranger.refusal('get', `/api/assets/${assetId}`)).toMatchObject(notFound)
  expect(await stranger.refusal('delete', `/api/assets/${assetId}`)).toMatchObject(notFound)
  expect(await stranger.refusal('get', `/api/status/${id}`)).toMatchObject(notFound)
  expect(await stranger.refusal('get', `/api/jobs/${id}/receipt`)).toMatchObject(notFound)
  expect(await stranger.refusal('post', `/api/jobs/${id}/cancel`, { shown_price_micros: 0 })).toMatchObject(notFound)
  expect(await stranger.refusal('post', '/api/debit', { quote_id })).toMatchObject(notFound)
  expect(
    await stranger.refusal('post', '/api/quotes', { asset_id: assetId, task: 'upscale', params: {} }),
  ).toMatchObject(notFound)
  await player.ended(id)
  await expectChargedOnce(player, id)
})
