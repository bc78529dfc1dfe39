import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { jobs } from '#db/schema/jobs.ts'
import { transfers } from '#db/schema/ledger.ts'
import { type JobWorld, openJobWorld } from '#lib/local/test-jobs.ts'
import { hand, jpeg, type ProductFile, type Run, videoFile } from '#lib/local/test-products.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { reconcile } from '#lib/services/operations/reconcile.ts'
import { completeUpload } from '#lib/services/uploads/complete-upload.ts'
import { createUpload } from '#lib/services/uploads/create-upload.ts'
import { deleteAsset } from '#lib/services/uploads/delete-asset.ts'
import { getAsset } from '#lib/services/uploads/get-asset.ts'
import { signParts } from '#lib/services/uploads/sign-parts.ts'
import { openWallet } from '#lib/services/wallet/open-wallet.ts'
import { readStatement } from '#lib/services/wallet/read-statement.ts'
import { cancelJob } from './cancel-job.ts'
import { createQuote } from './create-quote.ts'
import { FREE_INGESTS, orderIngest, orderWaitingIngests, repeatIngest } from './order-ingest.ts'
import { readJob } from './read-job.ts'
import { readReceipt } from './read-receipt.ts'
import { reconcileJobs } from './reconcile-jobs.ts'
import { refreshJob } from './refresh-job.ts'

const DAY_MS = 24 * 3600 * 1000
let world: JobWorld
let dir: string
let phone: ProductFile
let proxy: ProductFile
beforeAll(async () => {
  world = await openJobWorld()
  dir = mkdtempSync(join(tmpdir(), 'ingest-'))
  phone = videoFile(join(dir, 'phone.mov'), { codec: 'libx265' })
  proxy = videoFile(join(dir, 'proxy.mp4'))
})
afterAll(async () => {
  await world.close()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => world.healRunpod())

const RESULT = {
  filmstrip: { columns: 2, rows: 1, tile_width: 160, tile_height: 90, times: [0, 0.5] },
  waveform: { buckets: 50, buckets_per_second: 50 },
}
const waveform: ProductFile = { bytes: new Uint8Array(100), type: 'application/octet-stream' }

/** Someone without a cent, signed in. */
async function newcomer(): Promise<UserCtx> {
  const ctx = { ...(await world.services.newUser()), compute: world.ctx.compute }
  await openWallet({ ctx, input: { userId: ctx.userId } })
  return ctx
}

async function upload(ctx: UserCtx, file: ProductFile, name = 'phone.mov') {
  const input = { file_name: name, bytes: file.bytes.length, content_type: file.type, fingerprint: ctx.newId('print') }
  const opened = await createUpload({ ctx, input })
  const { urls } = await signParts({ ctx, input: { uploadId: opened.upload_id, partNumbers: [1] } })
  const reply = await fetch(urls[0]?.url ?? '', { method: 'PUT', body: file.bytes })
  const parts = [{ partNumber: 1, etag: reply.headers.get('etag') ?? '' }]
  return completeUpload({ ctx, input: { uploadId: opened.upload_id, parts } })
}

const assetOf = (ctx: UserCtx, assetId: string) => getAsset({ ctx, input: { assetId } })
const ingestsOf = (assetId: string) =>
  world.ctx.db
    .select()
    .from(jobs)
    .where(and(eq(jobs.assetId, assetId), eq(jobs.task, 'ingest')))
const refresh = (jobId: string) => refreshJob({ ctx: world.ctx, input: { jobId, force: true } })

async function prepare(
  run: Run,
  files: Record<string, ProductFile> = { video: proxy, poster: jpeg, filmstrip: jpeg, waveform },
) {
  expect(await world.claim(run)).toMatchObject({ proceed: true })
  await world.complete(run, await hand(run.input, files, { result: RESULT }))
  await refresh(run.input.job_id)
}

test('a phone’s HEVC clip is usable at once and gets a version that plays; its owner pays nothing, we do', async () => {
  const ctx = await newcomer()
  const asset = await upload(ctx, phone)
  expect(asset).toMatchObject({
    state: 'ready',
    facts: { video_codec: 'hevc' },
    preparation: 'pending',
    proxy_url: null,
  })
  const run = await world.take()
  expect(run.input).toMatchObject({ task: 'ingest', params: {} })
  expect(Object.keys(run.input.outputs ?? {}).sort()).toEqual(['filmstrip', 'poster', 'video', 'waveform'])
  await prepare(run)
  const ready = await assetOf(ctx, asset.id)
  expect(ready).toMatchObject({
    preparation: 'ready',
    filmstrip: RESULT.filmstrip,
    waveform: RESULT.waveform,
    poster_url: expect.stringContaining('poster.jpg'),
  })
  expect(new Uint8Array(await (await fetch(ready.proxy_url ?? '')).arrayBuffer())).toEqual(proxy.bytes)
  const job = await readJob({ ctx, input: { jobId: run.input.job_id } })
  expect(job).toMatchObject({ free: true, state: 'succeeded', output: null, cost: { ceiling_micros: 0 } })
  expect(job.products.map(({ kind }) => kind)).toEqual(['filmstrip', 'poster', 'proxy', 'waveform'])
  expect((await readStatement({ ctx, input: {} })).entries).toEqual([])
  const receipt = await readReceipt({ ctx, input: { jobId: job.id } })
  expect(receipt).toMatchObject({ hold_id: null, captured_micros: null, transfers: [], ceiling_micros: 0 })
  const [attempt] = (await world.record(job.id)).attempts
  const costs = await world.ctx.db
    .select()
    .from(transfers)
    .where(eq(transfers.causeId, attempt?.id ?? ''))
  expect(costs).toMatchObject([{ kind: 'gpu_cost', creditAccountId: 'system:runpod_prepaid' }])
  expect(await world.booksBalance()).toBe(true)
  await deleteAsset({ ctx, input: { assetId: asset.id } })
  expect(await world.services.storedKeys(`users/${ctx.userId}/`)).toEqual([])
})

test('what browsers play as it is needs nothing, and nobody can order or buy a preparation', async () => {
  const ctx = await newcomer()
  const asset = await upload(ctx, proxy, 'match.mp4')
  expect(asset.preparation).toBeNull()
  expect(await ingestsOf(asset.id)).toEqual([])
  await expect(repeatIngest({ ctx, input: { assetId: asset.id } })).rejects.toMatchObject({ code: 'job_finished' })
  const bought = createQuote({ ctx, input: { asset_id: asset.id, task: 'ingest', params: {} } })
  await expect(bought).rejects.toMatchObject({ code: 'invalid_request', field: 'task' })
})

test('ordering many times at once makes one job', async () => {
  const ctx = await newcomer()
  const { id } = await upload(ctx, phone)
  await world.services.db.d1.prepare(`UPDATE assets SET ingest = 'wanted' WHERE id = '${id}'`).run()
  const order = () => orderIngest({ ctx, input: { assetId: id } })
  await Promise.all([order(), order(), order()])
  expect(await ingestsOf(id)).toHaveLength(1)
  await prepare(await world.take())
})

test('a server that died before ordering is made up for by the reconciler', async () => {
  const ctx = await newcomer()
  const { id } = await upload(ctx, phone)
  await world.take()
  for (const table of ['job_events', 'attempts', 'segments'])
    await world.services.db.d1
      .prepare(`DELETE FROM ${table} WHERE job_id IN (SELECT id FROM jobs WHERE asset_id = '${id}')`)
      .run()
  await world.services.db.d1.prepare(`DELETE FROM jobs WHERE asset_id = '${id}'`).run()
  await world.services.db.d1.prepare(`UPDATE assets SET ingest = 'wanted' WHERE id = '${id}'`).run()
  expect((await assetOf(ctx, id)).preparation).toBe('pending')
  await reconcile({ ctx: world.ctx })
  expect(await ingestsOf(id)).toHaveLength(1)
  await prepare(await world.take())
  expect((await assetOf(ctx, id)).preparation).toBe('ready')
})

test('three failures leave the video as usable as it was; it can be asked for once more', async () => {
  const ctx = await newcomer()
  const { id } = await upload(ctx, phone)
  for (const _attempt of [1, 2, 3]) {
    const run = await world.take()
    await world.fail(run, { code: 'out_of_memory', message: 'Too large.', retryable: true })
    await refresh(run.input.job_id)
    world.services.advance(60_000)
    await reconcileJobs({ ctx: world.ctx })
  }
  const failed = await assetOf(ctx, id)
  expect(failed).toMatchObject({ state: 'ready', preparation: 'failed', proxy_url: null })
  expect(failed.url).not.toBeNull()
  expect(await world.booksBalance()).toBe(true)
  await repeatIngest({ ctx, input: { assetId: id } })
  expect((await assetOf(ctx, id)).preparation).toBe('pending')
  await prepare(await world.take())
  expect((await assetOf(ctx, id)).preparation).toBe('ready')
})

test('a proxy that is not the video is refused; pictures nobody can read are left out', async () => {
  const ctx = await newcomer()
  const { id } = await upload(ctx, phone)
  const short = videoFile(join(dir, 'short.mp4'), { frames: 5 })
  const first = await world.take()
  await prepare(first, { video: short })
  expect((await world.record(first.input.job_id)).attempts[0]).toMatchObject({ errorCode: 'output_invalid' })
  world.services.advance(60_000)
  await reconcileJobs({ ctx: world.ctx })
  const broken = { ...waveform, bytes: waveform.bytes.slice(0, 99) }
  await prepare(await world.take(), { video: proxy, filmstrip: { ...jpeg, bytes: proxy.bytes }, waveform: broken })
  expect(await assetOf(ctx, id)).toMatchObject({
    preparation: 'ready',
    filmstrip: null,
    waveform: null,
    poster_url: null,
  })
})

test('a run that never comes is given up at its own deadline', async () => {
  const ctx = await newcomer()
  await world.fault({ action: 'hold_queue' })
  const { id } = await upload(ctx, phone)
  const [job] = await ingestsOf(id)
  world.services.advance((job?.expiresAtMs ?? 0) - world.ctx.nowMs() + 1)
  await reconcileJobs({ ctx: world.ctx })
  expect(await ingestsOf(id)).toMatchObject([{ state: 'failed', failureCode: 'timed_out' }])
  expect((await assetOf(ctx, id)).preparation).toBe('failed')
})

test('deleting the video stops its preparation; cancelling that costs nothing and is told the truth', async () => {
  const ctx = await newcomer()
  const kept = await upload(ctx, phone)
  const run = await world.take()
  await world.claim(run)
  world.services.advance(60_000)
  await cancelJob({ ctx, input: { jobId: run.input.job_id, shownPriceMicros: 0 } })
  expect(await assetOf(ctx, kept.id)).toMatchObject({ state: 'ready', preparation: 'failed' })
  const again = cancelJob({ ctx, input: { jobId: run.input.job_id, shownPriceMicros: 0 } })
  await expect(again).rejects.toMatchObject({ code: 'job_finished' })

  const gone = await upload(ctx, phone, 'again.mov')
  await world.claim(await world.take())
  await deleteAsset({ ctx, input: { assetId: gone.id } })
  expect(await ingestsOf(gone.id)).toMatchObject([{ state: 'canceled' }])
  expect(await world.booksBalance()).toBe(true)
})

test('of a cancel and a completion that race, exactly one wins', async () => {
  for (const _round of [1, 2, 3]) {
    const ctx = await newcomer()
    const { id } = await upload(ctx, phone)
    const run = await world.take()
    await world.claim(run)
    await world.complete(run, await hand(run.input, { video: proxy }, { result: RESULT }))
    const told = cancelJob({ ctx, input: { jobId: run.input.job_id, shownPriceMicros: 0 } }).then(
      () => 'canceled',
      (error: { code: string }) => error.code,
    )
    await Promise.all([told, refresh(run.input.job_id)])
    await refresh(run.input.job_id)
    const [job] = await ingestsOf(id)
    const { outputs } = await world.record(run.input.job_id)
    expect(job?.state).toBe((await told) === 'canceled' ? 'canceled' : 'succeeded')
    expect(outputs).toHaveLength(job?.state === 'succeeded' ? 1 : 0)
  }
})

test('beyond the day’s free work a video waits for the next day, and stands in nobody’s way', async () => {
  const ctx = await newcomer()
  const { d1 } = world.services.db
  const set = `('ingest:${ctx.userId}', ${world.ctx.nowMs()}, ${FREE_INGESTS.jobsPerDay})`
  await d1.prepare(`INSERT INTO rate_limits (key, window_start_ms, count) VALUES ${set}`).run()
  const { id } = await upload(ctx, phone)
  expect(await assetOf(ctx, id)).toMatchObject({ state: 'ready', preparation: 'pending' })
  await orderWaitingIngests({ ctx: world.ctx })
  expect(await ingestsOf(id)).toEqual([])
  const other = await newcomer()
  await upload(other, phone)
  await prepare(await world.take())
  world.services.advance(DAY_MS)
  await orderWaitingIngests({ ctx: world.ctx })
  expect(await ingestsOf(id)).toHaveLength(1)
  await prepare(await world.take())
})

test('what is free is so much work a day, also when all is ordered at once; what no day has room for is left as it is', async () => {
  const ctx = await newcomer()
  const { d1 } = world.services.db
  await d1.prepare(`INSERT INTO switches (key, reason, set_at_ms) VALUES ('task:ingest', 'Wait.', 0)`).run()
  const waiting = [await upload(ctx, phone), await upload(ctx, phone), await upload(ctx, phone)]
  await d1.prepare(`DELETE FROM switches`).run()
  const ids = waiting.map(({ id }) => id)
  const say = (id: string | undefined, hours: number, width: number, height: number) =>
    d1
      .prepare(
        `UPDATE assets SET facts_json = json_set(facts_json, '$.duration_s', ${hours * 3600}, '$.frames', ${hours * 3600 * 60},
          '$.width', ${width}, '$.height', ${height}) WHERE id = '${id}'`,
      )
      .run()
  // Three hours of 4K at 60 frames a second are as much work as 54 hours of 720p at 30.
  await Promise.all([say(ids[0], 3, 3840, 2160), say(ids[1], 3, 3840, 2160), say(ids[2], 4, 7680, 4320)])
  await Promise.allSettled(ids.map((assetId) => orderIngest({ ctx, input: { assetId } })))
  const ordered = async () => (await Promise.all(ids.map(ingestsOf))).map((rows) => rows.length)
  expect((await ordered()).slice(0, 2).sort()).toEqual([0, 1])
  expect((await ordered())[2]).toBe(0)
  for (const { id } of (await Promise.all(ids.map(ingestsOf))).flat()) {
    await world.take()
    await cancelJob({ ctx, input: { jobId: id, shownPriceMicros: 0 } })
  }
  world.services.advance(DAY_MS + 1)
  await Promise.allSettled(ids.map((assetId) => orderIngest({ ctx, input: { assetId } })))
  expect(await ordered()).toEqual([1, 1, 0])
  await world.take()
})

test('a paused task orders nothing until it goes on', async () => {
  const ctx = await newcomer()
  const { d1 } = world.services.db
  await d1.prepare(`INSERT INTO switches (key, reason, set_at_ms) VALUES ('task:ingest', 'Queue full.', 0)`).run()
  const { id } = await upload(ctx, phone)
  expect(await ingestsOf(id)).toEqual([])
  await d1.prepare(`DELETE FROM switches`).run()
  await orderWaitingIngests({ ctx: world.ctx })
  expect(await ingestsOf(id)).toHaveLength(1)
  await prepare(await world.take())
})

test('the database lets no other task run without a hold', async () => {
  const ctx = await newcomer()
  const { id } = await upload(ctx, phone)
  const [job] = await ingestsOf(id)
  const change = (set: string) => world.services.db.d1.prepare(`UPDATE jobs SET ${set} WHERE id = '${job?.id}'`).run()
  await expect(change(`task = 'upscale'`)).rejects.toThrow('job_keeps_its_promise')
  const { d1 } = world.services.db
  const copy = d1
    .prepare(
      `INSERT INTO jobs SELECT 'job_free', user_id, 'upscale', params_json, asset_id, input_etag, quote_id || 'x', NULL,
       state, NULL, NULL, required_outputs_json, expires_at_ms, 0, NULL, NULL, 0 FROM jobs WHERE id = '${job?.id}'`,
    )
    .run()
  await expect(copy).rejects.toThrow('job_without_hold_is_ingest')
  await prepare(await world.take())
})
