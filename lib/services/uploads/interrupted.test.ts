import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assets, uploads } from '#db/schema/uploads.ts'
import { makeClip } from '#lib/local/test-clips.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import type { Storage } from '#lib/providers/storage/port.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { abortUpload } from './abort-upload.ts'
import { completeUpload } from './complete-upload.ts'
import { createUpload } from './create-upload.ts'
import { getAsset } from './get-asset.ts'
import { signParts } from './sign-parts.ts'
import { sweepUploads } from './sweep-uploads.ts'

const DAY_MS = 24 * 3600 * 1000
let t: TestServices
let clip: Uint8Array<ArrayBuffer>
beforeAll(async () => {
  t = await openTestServices()
  clip = await makeClip('mp4', { seconds: 1 })
})
afterAll(() => t.close())

async function sendWhole(ctx: UserCtx) {
  const fingerprint = ctx.newId('fingerprint')
  const input = { file_name: 'a.mp4', bytes: clip.length, content_type: 'video/mp4', fingerprint }
  const { upload_id: uploadId, asset_id: assetId } = await createUpload({ ctx, input })
  const { urls } = await signParts({ ctx, input: { uploadId, partNumbers: [1] } })
  const response = await fetch(urls[0]?.url ?? '', { method: 'PUT', body: clip })
  return { uploadId, assetId, parts: [{ partNumber: 1, etag: response.headers.get('etag') ?? '' }] }
}

/** The same store, at one point of whose work something else happens. */
const storeWith = (ctx: UserCtx, changes: Partial<Storage>): UserCtx => ({
  ...ctx,
  storage: { ...ctx.storage, ...changes },
})
const stateOf = async (uploadId: string) =>
  (await t.ctx.db.select().from(uploads).where(eq(uploads.id, uploadId)))[0]?.state
const assetOf = async (assetId: string) => (await t.ctx.db.select().from(assets).where(eq(assets.id, assetId)))[0]

test('an upload aborted while its parts are joined leaves neither an object nor an asset without one', async () => {
  const ctx = await t.newUser()
  const { uploadId, assetId, parts } = await sendWhole(ctx)
  const slow = storeWith(ctx, {
    async completeMultipart(...call) {
      const joined = await ctx.storage.completeMultipart(...call)
      await abortUpload({ ctx, input: { uploadId } })
      return joined
    },
  })
  await expect(completeUpload({ ctx: slow, input: { uploadId, parts } })).rejects.toMatchObject({
    code: 'upload_closed',
  })
  expect([await stateOf(uploadId), (await assetOf(assetId))?.state]).toEqual(['aborted', 'deleted'])
  expect(await t.storedKeys(`users/${ctx.userId}/`)).toEqual([])
})

test('an upload that is being aborted can be neither completed nor sent to', async () => {
  const ctx = await t.newUser()
  const { uploadId, parts } = await sendWhole(ctx)
  const closed = { code: 'upload_closed' }
  const meanwhile = storeWith(ctx, {
    async abortMultipart(...call) {
      await expect(completeUpload({ ctx, input: { uploadId, parts } })).rejects.toMatchObject(closed)
      await expect(signParts({ ctx, input: { uploadId, partNumbers: [1] } })).rejects.toMatchObject(closed)
      await ctx.storage.abortMultipart(...call)
    },
  })
  await abortUpload({ ctx: meanwhile, input: { uploadId } })
  expect(await stateOf(uploadId)).toBe('aborted')
})

test('an upload completed before it is aborted keeps its object', async () => {
  const ctx = await t.newUser()
  const { uploadId, assetId, parts } = await sendWhole(ctx)
  await completeUpload({ ctx, input: { uploadId, parts } })
  await expect(abortUpload({ ctx, input: { uploadId } })).rejects.toMatchObject({ code: 'upload_closed' })
  expect((await getAsset({ ctx, input: { assetId } })).state).toBe('ready')
  expect(await t.storedKeys(`users/${ctx.userId}/`)).toHaveLength(1)
})

test('an abort that the store interrupted is finished by the sweep', async () => {
  const ctx = await t.newUser()
  const { uploadId, assetId } = await sendWhole(ctx)
  await t.spoilStore({ match: { method: 'DELETE' }, action: 'drop', times: 3 })
  await expect(abortUpload({ ctx, input: { uploadId } })).rejects.toMatchObject({ code: 'unavailable' })
  expect(await stateOf(uploadId)).toBe('aborting')
  expect(await sweepUploads({ ctx: t.ctx })).toMatchObject({ aborted: 1 })
  expect([await stateOf(uploadId), (await assetOf(assetId))?.state]).toEqual(['aborted', 'deleted'])
})

test('an upload past its time is not completed any more', async () => {
  const ctx = await t.newUser()
  const { uploadId, parts } = await sendWhole(ctx)
  t.advance(6 * DAY_MS)
  await expect(completeUpload({ ctx, input: { uploadId, parts } })).rejects.toMatchObject({ code: 'upload_closed' })
})

test('a file that kills its checker twice is rejected without being looked at a third time', async () => {
  const ctx = await t.newUser()
  const { uploadId, assetId, parts } = await sendWhole(ctx)
  let reads = 0
  let died = Promise.withResolvers<void>()
  // A checker that dies comes back to nobody.
  const deadly = storeWith(ctx, {
    readRange() {
      reads += 1
      died.resolve()
      return new Promise<never>(() => undefined)
    },
  })
  for (let check = 1; check <= 2; check++) {
    died = Promise.withResolvers<void>()
    void completeUpload({ ctx: deadly, input: { uploadId, parts } })
    await died.promise
    await expect(completeUpload({ ctx, input: { uploadId, parts } })).rejects.toMatchObject({ code: 'unavailable' })
    expect((await assetOf(assetId))?.checkAttempts).toBe(check)
    t.advance(30_000)
  }
  await sweepUploads({ ctx: deadly })
  expect(reads).toBe(2)
  expect(await getAsset({ ctx, input: { assetId } })).toMatchObject({
    state: 'rejected',
    problem: { code: 'corrupt_media' },
  })
})

test('a check that the store interrupts does not count against the file', async () => {
  const ctx = await t.newUser()
  const { uploadId, assetId, parts } = await sendWhole(ctx)
  const key = (await assetOf(assetId))?.objectKey
  for (let check = 1; check <= 3; check++) {
    await t.spoilStore({ match: { method: 'GET', key_prefix: key }, action: 'status', status: 503, times: 3 })
    await expect(completeUpload({ ctx, input: { uploadId, parts } })).rejects.toMatchObject({ code: 'unavailable' })
  }
  expect((await completeUpload({ ctx, input: { uploadId, parts } })).state).toBe('ready')
})
