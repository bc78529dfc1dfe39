import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { AppError } from '#lib/contracts/errors.ts'
import type { TaskName } from '#lib/contracts/tasks/index.ts'
import { type JobWorld, openJobWorld, STARTING_MICROS } from '#lib/local/test-jobs.ts'
import { acceptQuote } from './accept-quote.ts'
import { cancelJob } from './cancel-job.ts'
import { createQuote } from './create-quote.ts'
import { endJob } from './end-job.ts'
import { deadlineMsOf } from './job-record.ts'
import { listJobs } from './list-jobs.ts'
import { readJob } from './read-job.ts'
import { readReceipt } from './read-receipt.ts'
import { receiveRunpodWebhook } from './receive-runpod-webhook.ts'
import { reconcileJobs } from './reconcile-jobs.ts'
import { recordHint } from './record-hint.ts'
import { recordProgress } from './record-progress.ts'
import { refreshJob } from './refresh-job.ts'
import { sweepRunObjects } from './sweep-run-objects.ts'

let world: JobWorld
beforeAll(async () => {
  world = await openJobWorld()
})
afterAll(() => world.close())
beforeEach(() => world.healRunpod())

type Player = Awaited<ReturnType<JobWorld['newPlayer']>>
type Run = Awaited<ReturnType<JobWorld['take']>>

const reconcile = () => reconcileJobs({ ctx: world.ctx })
const refresh = (jobId: string) => refreshJob({ ctx: world.ctx, input: { jobId, force: true } })
const heldBy = async (player: Player) => STARTING_MICROS - (await world.spendable(player.ctx))

async function runToTheEnd(run: Run): Promise<void> {
  expect(await world.claim(run)).toMatchObject({ proceed: true })
  await world.complete(run, await world.uploadResult(run))
}

/** Ends with the one settlement a successful job has, charged once at the minimum price. */
async function expectChargedOnce(player: Player, jobId: string): Promise<void> {
  const record = await world.record(jobId)
  expect(record.job).toMatchObject({ state: 'succeeded' })
  expect(await heldBy(player)).toBe(10_000)
  const receipt = await readReceipt({ ctx: player.ctx, input: { jobId } })
  expect(receipt.captured_micros).toBe(10_000)
  expect(receipt.transfers.filter((row) => row.kind === 'capture')).toHaveLength(1)
  expect(receipt.attempts.filter((row) => row.billed)).toHaveLength(1)
  expect(await world.booksBalance()).toBe(true)
}

async function expectNothingCharged(player: Player, jobId: string, code: string): Promise<void> {
  const view = await readJob({ ctx: player.ctx, input: { jobId } })
  expect(view).toMatchObject({ state: 'failed', failure: { code }, cost: { captured_micros: 0 } })
  expect(await heldBy(player)).toBe(0)
  expect(await world.booksBalance()).toBe(true)
}

test('a paid upscale ends with a result, one charge and a receipt that adds up', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  expect(await readJob({ ctx: player.ctx, input: { jobId } })).toMatchObject({
    state: 'queued',
    progress: { stage: 'queued' },
  })
  const run = await world.take()
  expect(run.input.quoted).toEqual({ frames: 10, duration_s: 1, width: 128, height: 72 })
  await world.claim(run)
  await recordProgress({
    ctx: world.ctx,
    input: {
      attempt_id: run.input.attempt_id,
      seq: 2,
      stage: 'process',
      percent: 40,
      frame: 4,
      frames_total: 10,
      fps: 2,
      message: '',
    },
  })
  expect(await readJob({ ctx: player.ctx, input: { jobId } })).toMatchObject({
    state: 'running',
    progress: { stage: 'process', frame: 4, eta_s: 3 },
  })
  await world.complete(run, await world.uploadResult(run))
  await refresh(jobId)
  await expectChargedOnce(player, jobId)
  const view = await readJob({ ctx: player.ctx, input: { jobId } })
  expect(view.output).toMatchObject({
    kind: 'produced',
    state: 'ready',
    file_name: 'match upscale 144p.mp4',
    facts: { width: 256, height: 144 },
  })
})

test('late progress does not overwrite newer progress', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const run = await world.take()
  await world.claim(run)
  const report = (seq: number, frame: number) =>
    recordProgress({
      ctx: world.ctx,
      input: {
        attempt_id: run.input.attempt_id,
        seq,
        stage: 'process',
        percent: 10,
        frame,
        frames_total: 10,
        fps: 1,
        message: '',
      },
    })
  await report(5, 5)
  await report(4, 4)
  await report(5, 3)
  expect((await world.record(jobId)).attempts[0]?.progressFrame).toBe(5)
  await cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: 0 } })
})

test('accepting a quote twice at once makes one job and one hold', async () => {
  const player = await world.newPlayer()
  const quote_id = await world.quote(player)
  const accept = () => acceptQuote({ ctx: player.ctx, input: { quote_id } })
  const results = await Promise.all([accept(), accept(), accept()])
  expect(new Set(results.map((result) => result.jobId)).size).toBe(1)
  expect(results.filter((result) => result.created)).toHaveLength(1)
  const [first] = results
  const record = await world.record(first.jobId)
  expect(await heldBy(player)).toBe(record.hold?.amountMicros)
  expect(record.attempts).toHaveLength(1)
  await cancelJob({ ctx: player.ctx, input: { jobId: first.jobId, shownPriceMicros: 0 } })
})

test('a lost response to the dispatch leads to one run, not two', async () => {
  const player = await world.newPlayer()
  await world.fault({ action: 'drop_run_response', times: 1 })
  const jobId = await world.startJob(player)
  expect((await world.record(jobId)).attempts).toMatchObject([{ state: 'dispatch_unknown', runpodJobId: null }])
  await reconcile()
  expect((await world.record(jobId)).attempts).toHaveLength(1)
  const run = await world.take()
  await runToTheEnd(run)
  await refresh(jobId)
  await expectChargedOnce(player, jobId)
  expect((await world.record(jobId)).attempts).toMatchObject([{ runpodJobId: run.runId }])
})

test('a run that was never confirmed is replaced after a minute, and told not to proceed when it starts after all', async () => {
  const player = await world.newPlayer()
  await world.fault({ action: 'drop_run_response', times: 1 })
  const jobId = await world.startJob(player)
  const stale = await world.take()
  world.services.advance(world.ctx.settings.dispatchUnknownMs + 1_000)
  await reconcile()
  await reconcile()
  const second = await world.take()
  expect((await world.record(jobId)).attempts).toMatchObject([{ state: 'lost' }, { state: 'queued', number: 2 }])
  expect(await world.claim(stale)).toMatchObject({ proceed: false })
  await runToTheEnd(second)
  await refresh(jobId)
  // The stale run finishes anyway, late: its object has a key of its own and nothing of it counts.
  await world.complete(stale, await world.uploadResult(stale))
  await refresh(jobId)
  await expectChargedOnce(player, jobId)
})

test('a server that died while dispatching leaves a doubt that its worker resolves', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const [attempt] = (await world.record(jobId)).attempts
  await world.services.db.d1
    .prepare(`UPDATE attempts SET state = 'dispatching', runpod_job_id = NULL WHERE id = '${attempt?.id}'`)
    .run()
  world.services.advance(31_000)
  await reconcile()
  expect((await world.record(jobId)).attempts).toMatchObject([{ state: 'dispatch_unknown' }])
  await runToTheEnd(await world.take())
  await refresh(jobId)
  await expectChargedOnce(player, jobId)
})

test('a server that died before dispatching is repaired by the reconciler', async () => {
  const player = await world.newPlayer()
  await world.fault({ action: 'status', status: 400, operation: 'run', times: 1 })
  const jobId = await world.startJob(player)
  expect((await world.record(jobId)).attempts).toMatchObject([{ state: 'failed' }, { state: 'created', number: 2 }])
  world.services.advance(1_000)
  await reconcile()
  await runToTheEnd(await world.take())
  await refresh(jobId)
  await expectChargedOnce(player, jobId)
})

test('a lost webhook is made up for by the reconciler', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  await runToTheEnd(await world.take())
  world.services.advance(11_000)
  await reconcile()
  await expectChargedOnce(player, jobId)
})

test('a completion told many times at once is settled once', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const run = await world.take()
  await runToTheEnd(run)
  const token = run.input.callback_token
  const webhook = () =>
    receiveRunpodWebhook({
      ctx: world.ctx,
      input: { attemptId: run.input.attempt_id, token, body: { id: run.runId, status: 'COMPLETED' } },
    })
  await Promise.all([webhook(), webhook(), refresh(jobId), reconcile(), webhook()])
  await webhook()
  await expectChargedOnce(player, jobId)
})

test('a webhook binds a run whose dispatch was in doubt', async () => {
  const player = await world.newPlayer()
  await world.fault({ action: 'drop_run_response', times: 1 })
  const jobId = await world.startJob(player)
  const run = await world.take()
  await world.complete(run, await world.uploadResult(run))
  await receiveRunpodWebhook({
    ctx: world.ctx,
    input: {
      attemptId: run.input.attempt_id,
      token: run.input.callback_token,
      body: { id: run.runId, status: 'COMPLETED' },
    },
  })
  await expectChargedOnce(player, jobId)
})

test('a webhook with a token of another attempt, or none, changes nothing', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const other = await world.newPlayer()
  const otherJob = await world.startJob(other)
  const [run, otherRun] = [await world.take(), await world.take()]
  const forge = (token: string) =>
    receiveRunpodWebhook({
      ctx: world.ctx,
      input: { attemptId: run.input.attempt_id, token, body: { id: 'forged', status: 'COMPLETED' } },
    })
  await expect(forge(otherRun.input.callback_token)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(forge('')).rejects.toMatchObject({ code: 'forbidden' })
  await expect(forge(`${run.input.callback_token}x`)).rejects.toMatchObject({ code: 'forbidden' })
  expect((await world.record(jobId)).attempts[0]?.runpodJobId).toBe(run.runId)
  await cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: 0 } })
  await cancelJob({ ctx: other.ctx, input: { jobId: otherJob, shownPriceMicros: 0 } })
})

test('a worker that dies is replaced, and only the run that finished is charged', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const first = await world.take()
  await world.claim(first)
  await world.runpodControl('POST', `jobs/${first.runId}/status`, {
    status: 'FAILED',
    error: 'job timed out after 1 retries',
  })
  await refresh(jobId)
  world.services.advance(1_000)
  await reconcile()
  await runToTheEnd(await world.take())
  await refresh(jobId)
  expect((await world.record(jobId)).attempts).toMatchObject([
    { state: 'failed', errorCode: 'worker_lost' },
    { state: 'completed' },
  ])
  await expectChargedOnce(player, jobId)
})

test('three lost runs end the job, charged to nobody', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  for (const _attempt of [1, 2, 3]) {
    await world.fail(await world.take(), { code: 'inference_failed', message: 'The GPU fell off.', retryable: true })
    await refresh(jobId)
    world.services.advance(60_000)
    await reconcile()
  }
  expect((await world.record(jobId)).attempts).toHaveLength(3)
  await expectNothingCharged(player, jobId, 'inference_failed')
})

test('a bad input is not retried and says what is wrong with it', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  await world.fail(await world.take(), {
    code: 'input_mismatch',
    message: '10 frames were priced, 900 are in the file.',
    retryable: false,
  })
  await refresh(jobId)
  expect((await world.record(jobId)).attempts).toHaveLength(1)
  await expectNothingCharged(player, jobId, 'input_mismatch')
})

test('a result of the wrong size is refused and tried again', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const first = await world.take()
  await world.claim(first)
  await world.complete(first, await world.uploadResult(first, 'wrong-size'))
  await refresh(jobId)
  expect((await world.record(jobId)).attempts[0]).toMatchObject({ state: 'failed', errorCode: 'output_invalid' })
  world.services.advance(1_000)
  await reconcile()
  await runToTheEnd(await world.take())
  await refresh(jobId)
  await expectChargedOnce(player, jobId)
})

test('a result that was reported but never uploaded is refused', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const run = await world.take()
  await world.claim(run)
  const report = await world.uploadResult(run)
  await world.ctx.storage.delete(`users/${player.ctx.userId}/jobs/${jobId}/${run.input.attempt_id}/video.mp4`)
  await world.complete(run, report)
  await refresh(jobId)
  expect((await world.record(jobId)).attempts[0]).toMatchObject({ state: 'failed', errorCode: 'output_invalid' })
  await cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: 0 } })
})

test('a network that is not in the worker’s image, and what needs tracks, is refused before it is priced', async () => {
  const { ctx, assetId } = await world.newPlayer()
  const quote = (task: TaskName, params: object) =>
    createQuote({ ctx, input: { asset_id: assetId, task, params: { ...params } } })
  await expect(quote('upscale', { model: 'SwinIR_4x_GAN' })).rejects.toMatchObject({
    code: 'unknown_model',
    field: 'params.model',
  })
  await expect(quote('upscale', { face_enhance: true })).rejects.toMatchObject({ field: 'params.face_enhance' })
  await expect(quote('export', { upscale: true, upscale_model: 'rlfn_x2' })).rejects.toMatchObject({
    field: 'params.upscale_model',
  })
  await expect(quote('auto_crop', { subject: 7 })).rejects.toMatchObject({ code: 'missing_tracks' })
  await expect(quote('export', { upscale: true })).resolves.toMatchObject({ task: 'export' })
})

test('a file swapped after the quote is refused before anything is held', async () => {
  const player = await world.newPlayer()
  const quote_id = await world.quote(player)
  await world.services.replaceObject(player.assetKey, new Uint8Array([1, 2, 3]))
  await expect(acceptQuote({ ctx: player.ctx, input: { quote_id } })).rejects.toMatchObject({ code: 'input_changed' })
  expect(await heldBy(player)).toBe(0)
})

test('a file swapped while the job waits is refused when the worker starts', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  await world.services.replaceObject(player.assetKey, new Uint8Array([1, 2, 3]))
  expect(await world.claim(await world.take())).toMatchObject({ proceed: false })
  await expectNothingCharged(player, jobId, 'input_changed')
})

test('cancelling before the GPU starts costs nothing and stops the run', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const runId = (await world.record(jobId)).attempts[0]?.runpodJobId
  await cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: 5 } })
  expect(await readJob({ ctx: player.ctx, input: { jobId } })).toMatchObject({
    state: 'canceled',
    cost: { captured_micros: 0 },
  })
  expect(await heldBy(player)).toBe(0)
  expect((await world.runpodJobs()).find((job) => job.id === runId)?.status).toBe('CANCELLED')
})

test('cancelling later costs what was used, never more than the price shown', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  await world.claim(await world.take())
  world.services.advance(4_000)
  const shown = (await readJob({ ctx: player.ctx, input: { jobId } })).cancel_price_micros ?? 0
  expect(shown).toBeGreaterThanOrEqual(4 * 310 * 3)
  world.services.advance(2_000)
  await cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: shown } })
  expect(await heldBy(player)).toBe(shown)
  expect(await world.booksBalance()).toBe(true)
})

test('a price that is too old does not cancel, and saying zero is no way to run for free', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  await world.claim(await world.take())
  world.services.advance(40_000)
  await expect(cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: 0 } })).rejects.toMatchObject({
    code: 'price_changed',
  })
  const shown = (await readJob({ ctx: player.ctx, input: { jobId } })).cancel_price_micros ?? 0
  await cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: shown } })
  expect(await heldBy(player)).toBe(shown)
})

test('a retry planned while the job is being canceled is ended with it and never sent', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const stale = await world.record(jobId)
  const run = await world.take()
  await world.fail(run, { code: 'inference_failed', message: 'The GPU fell off.', retryable: true })
  await refresh(jobId)
  expect((await world.record(jobId)).attempts).toMatchObject([{ state: 'failed' }, { state: 'created' }])
  // The canceling server still sees the job as it was before the retry.
  await endJob(world.ctx, {
    record: stale,
    fromStates: ['queued', 'running'],
    outcome: 'canceled',
    captureMicros: 0,
    billed: null,
  })
  world.services.advance(60_000)
  await reconcile()
  expect((await world.record(jobId)).attempts).toMatchObject([
    { state: 'failed' },
    { state: 'canceled', runpodJobId: null },
  ])
  expect(await heldBy(player)).toBe(0)
})

test.each([{ status: 'TIMED_OUT' }, { status: 'FAILED', error: 'executionTimeout exceeded' }])(
  'a run that hit its time limit ($status) is not tried again, and nothing is charged',
  async (ending) => {
    const player = await world.newPlayer()
    const jobId = await world.startJob(player)
    const run = await world.take()
    await world.claim(run)
    await world.runpodControl('POST', `jobs/${run.runId}/status`, ending)
    await refresh(jobId)
    expect((await world.record(jobId)).attempts).toHaveLength(1)
    await expectNothingCharged(player, jobId, 'timed_out')
  },
)

test('the list shows the newest jobs first, page by page, and only one’s own', async () => {
  const player = await world.newPlayer()
  const ids: string[] = []
  for (const _job of [1, 2, 3]) {
    ids.unshift(await world.startJob(player))
    world.services.advance(1)
  }
  const list = await listJobs({ ctx: player.ctx, input: {} })
  expect(list.jobs.map((job) => job.id)).toEqual(ids)
  expect(list.next_cursor).toBeNull()
  const [newest, ...older] = ids
  const created = list.jobs[0]?.created_at_ms
  const rest = await listJobs({ ctx: player.ctx, input: { cursor: `${created}:${newest}` } })
  expect(rest.jobs.map((job) => job.id)).toEqual(older)
  expect((await listJobs({ ctx: (await world.newPlayer()).ctx, input: {} })).jobs).toEqual([])
  for (const jobId of ids) await cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: 0 } })
})

test('of a cancel and a completion that race, exactly one wins and the books agree with it', async () => {
  for (const _round of [1, 2, 3]) {
    const player = await world.newPlayer()
    const jobId = await world.startJob(player)
    await runToTheEnd(await world.take())
    const cancel = cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: 1_000_000 } }).then(
      () => 'canceled',
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    )
    const [told] = await Promise.all([cancel, refresh(jobId)])
    await refresh(jobId)
    const { state } = (await world.record(jobId)).job
    if (told === 'canceled') expect(state).toBe('canceled')
    else {
      expect(['job_finishing', 'job_finished']).toContain(told)
      expect(state).toBe('succeeded')
    }
    expect(await world.booksBalance()).toBe(true)
  }
})

test('cancelling a job that ended says so', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  await runToTheEnd(await world.take())
  await refresh(jobId)
  await expect(cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: 0 } })).rejects.toMatchObject({
    code: 'job_finished',
  })
  await expectChargedOnce(player, jobId)
})

test('a dead queue fails the job when its hold ends and releases everything', async () => {
  const player = await world.newPlayer()
  await world.fault({ action: 'hold_queue' })
  const jobId = await world.startJob(player)
  const record = await world.record(jobId)
  const { attempts } = record
  world.services.advance(deadlineMsOf(record) - world.ctx.nowMs() + 1)
  await reconcile()
  await expectNothingCharged(player, jobId, 'timed_out')
  expect((await world.runpodJobs()).find((job) => job.id === attempts[0]?.runpodJobId)?.status).toBe('CANCELLED')
})

test('a result RunPod has forgotten stands on the worker’s own report and the verified object', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const run = await world.take()
  await world.claim(run)
  const output = await world.uploadResult(run)
  await recordHint({ ctx: world.ctx, input: { attemptId: run.input.attempt_id, output } })
  await world.complete(run, output)
  await world.runpodControl('POST', `jobs/${run.runId}/forget`)
  await refresh(jobId)
  await expectChargedOnce(player, jobId)
  const { results } = await world.services.db.d1.prepare('SELECT kind FROM alarms').all()
  expect(results).toContainEqual({ kind: 'run_forgotten' })
})

test('a forgotten run that never reported is run again', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const run = await world.take()
  await world.claim(run)
  await world.complete(run, await world.uploadResult(run))
  await world.runpodControl('POST', `jobs/${run.runId}/forget`)
  await refresh(jobId)
  expect((await world.record(jobId)).attempts).toMatchObject([{ state: 'lost' }, { state: 'created' }])
  await cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: 0 } })
})

test('a server that died between verifying and settling is repaired without a second charge', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const run = await world.take()
  await world.claim(run)
  const output = await world.uploadResult(run)
  const [attempt] = (await world.record(jobId)).attempts
  await world.services.db.d1
    .prepare(
      `UPDATE attempts SET state = 'completed', execution_ms = 500, ended_at_ms = 1, output_json = '${JSON.stringify(output)}' WHERE id = '${attempt?.id}'`,
    )
    .run()
  await world.services.db.d1.prepare(`UPDATE jobs SET state = 'finalizing' WHERE id = '${jobId}'`).run()
  await reconcile()
  await expectChargedOnce(player, jobId)
  await world.complete(run, output)
})

test('the same worker asking twice proceeds; another run of the same attempt does not', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const run = await world.take()
  expect(await world.claim(run)).toMatchObject({ proceed: true })
  expect(await world.claim(run)).toMatchObject({ proceed: true })
  expect(await world.claim({ ...run, runId: 'another-run' })).toMatchObject({ proceed: false })
  await cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: 0 } })
})

test('money that is not there is named, and nothing is held', async () => {
  const player = await world.newPlayer()
  const quotes = await Promise.all(Array.from({ length: 3 }, () => world.quote(player)))
  await world.services.db.d1.prepare(`UPDATE users SET frozen_at_ms = 1 WHERE id = '${player.ctx.userId}'`).run()
  await expect(acceptQuote({ ctx: player.ctx, input: { quote_id: quotes[0] ?? '' } })).rejects.toMatchObject({
    code: 'wallet_frozen',
  })
  expect(await heldBy(player)).toBe(0)
})

test('a quote ends after fifteen minutes', async () => {
  const player = await world.newPlayer()
  const quote_id = await world.quote(player)
  world.services.advance(15 * 60_000)
  await expect(acceptQuote({ ctx: player.ctx, input: { quote_id } })).rejects.toMatchObject({ code: 'quote_expired' })
  expect(await heldBy(player)).toBe(0)
})

test('what a run left behind is deleted a day later; the result stays', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const lost = await world.take()
  await world.claim(lost)
  await world.uploadResult(lost)
  await world.fail(lost, { code: 'inference_failed', message: 'The GPU fell off.', retryable: true })
  await refresh(jobId)
  world.services.advance(1_000)
  await reconcile()
  await runToTheEnd(await world.take())
  await refresh(jobId)
  const prefix = `users/${player.ctx.userId}/jobs/${jobId}/`
  expect(await world.services.storedKeys(prefix)).toHaveLength(2)
  while ((await sweepRunObjects({ ctx: world.ctx })).swept > 0);
  expect(await world.services.storedKeys(prefix)).toHaveLength(2)
  world.services.advance(25 * 60 * 60 * 1000)
  while ((await sweepRunObjects({ ctx: world.ctx })).swept > 0);
  const winner = (await world.record(jobId)).produced[0]?.objectKey
  expect(await world.services.storedKeys(prefix)).toEqual([winner])
})

test('another user’s quote, job and receipt do not exist', async () => {
  const player = await world.newPlayer()
  const jobId = await world.startJob(player)
  const stranger = await world.newPlayer()
  const notFound = { code: 'not_found' }
  const quote_id = await world.quote(player)
  await expect(acceptQuote({ ctx: stranger.ctx, input: { quote_id } })).rejects.toMatchObject(notFound)
  await expect(readJob({ ctx: stranger.ctx, input: { jobId } })).rejects.toMatchObject(notFound)
  await expect(readReceipt({ ctx: stranger.ctx, input: { jobId } })).rejects.toMatchObject(notFound)
  await expect(cancelJob({ ctx: stranger.ctx, input: { jobId, shownPriceMicros: 0 } })).rejects.toMatchObject(notFound)
  await expect(world.quote({ ctx: stranger.ctx, assetId: player.assetId })).rejects.toMatchObject(notFound)
  await cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: 0 } })
})
