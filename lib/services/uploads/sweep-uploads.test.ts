import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jobs } from '#db/schema/jobs.ts'
import { holds, quotes } from '#db/schema/ledger.ts'
import { assets, uploads } from '#db/schema/uploads.ts'
import { makeClip } from '#lib/local/test-clips.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { completeUpload } from './complete-upload.ts'
import { createUpload } from './create-upload.ts'
import { deleteAsset } from './delete-asset.ts'
import { getAsset } from './get-asset.ts'
import { signParts } from './sign-parts.ts'
import { sweepQueries, sweepUploads } from './sweep-uploads.ts'

const DAY_MS = 24 * 3600 * 1000
let t: TestServices
let clip: Uint8Array<ArrayBuffer>
beforeAll(async () => {
  t = await openTestServices()
  clip = await makeClip('mp4', { seconds: 1 })
})
afterAll(() => t.close())

async function openWithPart(ctx: UserCtx) {
  const fingerprint = ctx.newId('fingerprint')
  const input = { file_name: 'a.mp4', bytes: clip.length, content_type: 'video/mp4', fingerprint }
  const upload = await createUpload({ ctx, input })
  const { urls } = await signParts({ ctx, input: { uploadId: upload.upload_id, partNumbers: [1] } })
  const response = await fetch(urls[0]?.url ?? '', { method: 'PUT', body: clip })
  return { upload, parts: [{ partNumber: 1, etag: response.headers.get('etag') ?? '' }] }
}

async function storeClip(ctx: UserCtx) {
  const { upload, parts } = await openWithPart(ctx)
  return await completeUpload({ ctx, input: { uploadId: upload.upload_id, parts } })
}

/** A queued job on an asset, as accepting a quote leaves it. */
async function queueJob(ctx: UserCtx, assetId: string): Promise<void> {
  const [quoteId, holdId, createdAtMs] = [ctx.newId('quo'), ctx.newId('hld'), ctx.nowMs()]
  const common = { userId: ctx.userId, createdAtMs }
  const task = { task: 'upscale', paramsJson: '{}', inputEtag: '"e"', assetId }
  const price = { rateMicrosPerSecond: 1, markupBps: 0, minimumMicros: 0, ceilingMicros: 1, estimateMicros: 1 }
  const time = { expectedGpuMs: 1, executionTimeoutMs: 1, expiresAtMs: createdAtMs }
  const quote = { id: quoteId, ...common, ...task, ...price, ...time, factsJson: '{}', gpuClass: 'local' }
  const job = { id: ctx.newId('job'), ...common, ...task, quoteId, holdId, state: 'queued' } as const
  await ctx.db.insert(quotes).values(quote)
  await ctx.db
    .insert(holds)
    .values({ id: holdId, ...common, quoteId, amountMicros: 1, promoMicros: 0, expiresAtMs: createdAtMs })
  await ctx.db.insert(jobs).values({ ...job, updatedAtMs: createdAtMs })
}

const rowOf = async (assetId: string) => (await t.ctx.db.select().from(assets).where(eq(assets.id, assetId)))[0]

test('a file that a job works on can be neither deleted nor expired', async () => {
  const ctx = await t.newUser()
  const asset = await storeClip(ctx)
  await queueJob(ctx, asset.id)
  await expect(deleteAsset({ ctx, input: { assetId: asset.id } })).rejects.toMatchObject({ code: 'asset_in_use' })
  t.advance(31 * DAY_MS)
  expect(await sweepUploads({ ctx: t.ctx })).toMatchObject({ expired: 0 })
  expect((await getAsset({ ctx, input: { assetId: asset.id } })).state).toBe('ready')
})

test('files are deleted when their retention ends, and not before', async () => {
  const ctx = await t.newUser()
  const asset = await storeClip(ctx)
  t.advance(29 * DAY_MS)
  expect(await sweepUploads({ ctx: t.ctx })).toMatchObject({ expired: 0 })
  t.advance(2 * DAY_MS)
  expect(await sweepUploads({ ctx: t.ctx })).toMatchObject({ expired: 1 })
  await expect(getAsset({ ctx, input: { assetId: asset.id } })).rejects.toMatchObject({ code: 'not_found' })
  expect(await t.storedKeys(`users/${ctx.userId}/`)).toEqual([])
})

test('an upload nobody finished is aborted in the store, too', async () => {
  const ctx = await t.newUser()
  const { upload } = await openWithPart(ctx)
  const [row] = await ctx.db.select().from(uploads).where(eq(uploads.id, upload.upload_id))
  t.advance(7 * DAY_MS)
  expect(await sweepUploads({ ctx: t.ctx })).toMatchObject({ aborted: 1 })
  const key = (await rowOf(upload.asset_id))?.objectKey ?? ''
  expect(await ctx.storage.listParts(key, row?.multipartId ?? '')).toBeNull()
  expect(await sweepUploads({ ctx: t.ctx })).toMatchObject({ aborted: 0 })
})

test('a check that a crash cut short is repeated; one that can never end is given up after a day', async () => {
  const ctx = await t.newUser()
  const lucky = await storeClip(ctx)
  const unlucky = await storeClip(ctx)
  const interrupted = { state: 'checking', etag: null, factsJson: null, expiresAtMs: null } as const
  await ctx.db.update(assets).set(interrupted).where(eq(assets.userId, ctx.userId))
  const unluckyKey = (await rowOf(unlucky.id))?.objectKey
  await t.spoilStore({ match: { method: 'GET', key_prefix: unluckyKey }, action: 'status', status: 503, times: 6 })
  expect(await sweepUploads({ ctx: t.ctx }), 'checks that may still run are left alone').toMatchObject({ checked: 0 })
  t.advance(30_000)
  expect(await sweepUploads({ ctx: t.ctx })).toMatchObject({ checked: 1 })
  expect((await getAsset({ ctx, input: { assetId: lucky.id } })).state).toBe('ready')
  expect((await getAsset({ ctx, input: { assetId: unlucky.id } })).state).toBe('checking')
  t.advance(DAY_MS)
  await sweepUploads({ ctx: t.ctx })
  expect(await getAsset({ ctx, input: { assetId: unlucky.id } })).toMatchObject({
    state: 'rejected',
    problem: { code: 'corrupt_media' },
  })
})

test('an object whose deletion the store missed is deleted by the next sweep', async () => {
  const ctx = await t.newUser()
  const asset = await storeClip(ctx)
  await t.spoilStore({ match: { method: 'DELETE' }, action: 'drop', times: 3 })
  await expect(deleteAsset({ ctx, input: { assetId: asset.id } })).rejects.toMatchObject({ code: 'unavailable' })
  expect(await t.storedKeys(`users/${ctx.userId}/`)).toHaveLength(1)
  expect(await sweepUploads({ ctx: t.ctx })).toMatchObject({ purged: 1 })
  expect(await t.storedKeys(`users/${ctx.userId}/`)).toEqual([])
})

test('every query of the sweep goes by an index made for it', async () => {
  const queries = sweepQueries({ ctx: t.ctx })
  const plans = await Promise.all(
    Object.entries(queries).map(async ([name, query]) => {
      const steps = await t.ctx.db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${query.getSQL()}`)
      return [name, /USING INDEX (\w+)/.exec(steps[0]?.detail ?? '')?.[1]]
    }),
  )
  expect(Object.fromEntries(plans)).toEqual({
    aborting: 'uploads_aborting',
    overdue: 'uploads_open_expiry',
    expired: 'assets_expiry',
    unpurged: 'assets_unpurged',
    checking: 'assets_checking',
  })
})
