import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rateLimits } from '#db/schema/operations.ts'
import { assets, uploads } from '#db/schema/uploads.ts'
import { type CreateUpload, RETENTION, type UploadView } from '#lib/contracts/api/uploads.ts'
import { partRange } from '#lib/core/uploads/plan-parts.ts'
import { makeClip, runFfmpeg } from '#lib/local/test-clips.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { abortUpload } from './abort-upload.ts'
import { completeUpload } from './complete-upload.ts'
import { checkPinned, readHeaders } from './confirm-output.ts'
import { createUpload } from './create-upload.ts'
import { deleteAsset } from './delete-asset.ts'
import { getAsset } from './get-asset.ts'
import { getUpload } from './get-upload.ts'
import { listAssets } from './list-assets.ts'
import { renameAsset } from './rename-asset.ts'
import { signParts } from './sign-parts.ts'

const MIB = 1024 ** 2
let t: TestServices
let clip: Uint8Array<ArrayBuffer>
/** More than one part: the clip with padding that players skip. */
let longClip: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  t = await openTestServices()
  clip = await makeClip('mp4', { seconds: 1, audio: true })
  longClip = padded(clip, 17 * MIB)
})
afterAll(() => t.close())

/** A `free` box (ISO 14496-12, 8.1.2) at the end. */
function padded(bytes: Uint8Array, total: number): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(total)
  file.set(bytes)
  const view = new DataView(file.buffer)
  view.setUint32(bytes.length, total - bytes.length)
  file.set(new TextEncoder().encode('free'), bytes.length + 4)
  return file
}

let files = 0
function request(bytes: number, changes: Partial<CreateUpload> = {}): CreateUpload {
  files += 1
  const fingerprint = `fingerprint-${files}`
  return { file_name: 'match.mp4', bytes, content_type: 'video/mp4', fingerprint, ...changes }
}

async function sendParts(ctx: UserCtx, upload: UploadView, bytes: Uint8Array<ArrayBuffer>, partNumbers: number[]) {
  const { urls } = await signParts({ ctx, input: { uploadId: upload.upload_id, partNumbers } })
  return await Promise.all(
    urls.map(async ({ part_number, url }) => {
      const { start, end } = partRange(part_number, bytes.length, upload.part_bytes)
      const response = await fetch(url, { method: 'PUT', body: bytes.subarray(start, end) })
      expect(response.status).toBe(200)
      return { partNumber: part_number, etag: response.headers.get('etag') ?? '' }
    }),
  )
}

const allParts = (upload: UploadView) => Array.from({ length: upload.parts_total }, (_, index) => index + 1)

async function uploadWhole(ctx: UserCtx, bytes: Uint8Array<ArrayBuffer>, fileName = 'match.mp4') {
  const upload = await createUpload({ ctx, input: request(bytes.length, { file_name: fileName }) })
  const parts = await sendParts(ctx, upload, bytes, allParts(upload))
  const asset = await completeUpload({ ctx, input: { uploadId: upload.upload_id, parts } })
  return { upload, parts, asset }
}

const rowOf = async (assetId: string) => (await t.ctx.db.select().from(assets).where(eq(assets.id, assetId)))[0]
const keyOf = async (assetId: string) => (await rowOf(assetId))?.objectKey ?? ''

test('a file sent in parts becomes a ready asset with facts, links and an end of its retention', async () => {
  const ctx = await t.newUser()
  const { upload, asset } = await uploadWhole(ctx, longClip, 'C:\\games\\Finale "2".mp4')
  expect(upload).toMatchObject({ parts_total: 3, part_bytes: 8 * MIB, uploaded_parts: [], resumed: false })
  expect(asset).toMatchObject({ state: 'ready', kind: 'uploaded', problem: null, file_name: 'Finale "2".mp4' })
  expect(asset.facts).toMatchObject({ width: 160, height: 90, frames: 30, audio_codec: 'aac', bytes: longClip.length })
  expect(asset.expires_at_ms).toBeGreaterThan(ctx.nowMs() + 29.9 * 24 * 3600 * 1000)
  const row = await rowOf(asset.id)
  expect(row?.objectKey).toBe(`users/${ctx.userId}/assets/${asset.id}/source`)
  expect(row?.etag).toBe((await ctx.storage.head(row?.objectKey ?? ''))?.etag)
  const inline = await fetch(asset.url ?? '', { headers: { range: 'bytes=0-99' } })
  expect([inline.status, inline.headers.get('content-type')]).toEqual([206, 'video/mp4'])
  const download = await fetch(asset.download_url ?? '')
  expect(download.headers.get('content-disposition')).toContain(`filename*=UTF-8''Finale%202.mp4`)
  expect(Buffer.compare(Buffer.from(await download.arrayBuffer()), longClip)).toBe(0)
})

test('after a reload the same file finds its upload with the parts that arrived, and needs only the others', async () => {
  const ctx = await t.newUser()
  const input = request(longClip.length)
  const first = await createUpload({ ctx, input })
  const sent = await sendParts(ctx, first, longClip, [1, 3])
  const again = await createUpload({ ctx, input })
  expect(again).toMatchObject({ upload_id: first.upload_id, asset_id: first.asset_id, resumed: true })
  expect(again.uploaded_parts.map((part) => [part.part_number, part.bytes])).toEqual([
    [1, 8 * MIB],
    [3, 1 * MIB],
  ])
  expect((await getUpload({ ctx, input: { uploadId: first.upload_id } })).uploaded_parts).toHaveLength(2)
  expect((await listAssets({ ctx, input: {} })).open_uploads).toMatchObject([{ upload_id: first.upload_id }])
  const missing = await sendParts(ctx, again, longClip, [2])
  const asset = await completeUpload({ ctx, input: { uploadId: first.upload_id, parts: [...missing, ...sent] } })
  expect(asset.state).toBe('ready')
  expect((await listAssets({ ctx, input: {} })).open_uploads).toEqual([])
})

test('another file behind the same fingerprint starts afresh, and the old parts are freed', async () => {
  const ctx = await t.newUser()
  const old = await createUpload({ ctx, input: request(longClip.length, { fingerprint: 'same-name-and-date' }) })
  await sendParts(ctx, old, longClip, [1])
  const fresh = await createUpload({ ctx, input: request(clip.length, { fingerprint: 'same-name-and-date' }) })
  expect(fresh).toMatchObject({ resumed: false, uploaded_parts: [] })
  expect(fresh.upload_id).not.toBe(old.upload_id)
  await expect(getUpload({ ctx, input: { uploadId: old.upload_id } })).rejects.toMatchObject({ code: 'upload_closed' })
})

test('two tabs that open the same file at once share one upload', async () => {
  const ctx = await t.newUser()
  const input = request(longClip.length)
  const [one, two] = await Promise.all([createUpload({ ctx, input }), createUpload({ ctx, input })])
  expect(one.upload_id).toBe(two.upload_id)
  expect(await ctx.db.select().from(uploads).where(eq(uploads.userId, ctx.userId))).toHaveLength(1)
})

test('completing again after a lost answer succeeds, wherever the first call got to', async () => {
  const ctx = await t.newUser()
  const { upload, parts, asset } = await uploadWhole(ctx, clip)
  const input = { uploadId: upload.upload_id, parts }
  expect(await completeUpload({ ctx, input })).toMatchObject({ id: asset.id, state: 'ready', facts: asset.facts })

  // The store joined the parts, but we never heard of it.
  const unheard = await createUpload({ ctx, input: request(longClip.length) })
  const its = await sendParts(ctx, unheard, longClip, allParts(unheard))
  const [row] = await ctx.db.select().from(uploads).where(eq(uploads.id, unheard.upload_id))
  await ctx.storage.completeMultipart(await keyOf(unheard.asset_id), row?.multipartId ?? '', its)
  expect((await completeUpload({ ctx, input: { uploadId: unheard.upload_id, parts: its } })).state).toBe('ready')
})

test('a reload after the store joined the parts unheard has nothing left to send and completes', async () => {
  const ctx = await t.newUser()
  const input = request(longClip.length)
  const upload = await createUpload({ ctx, input })
  const parts = await sendParts(ctx, upload, longClip, allParts(upload))
  const [row] = await ctx.db.select().from(uploads).where(eq(uploads.id, upload.upload_id))
  await ctx.storage.completeMultipart(await keyOf(upload.asset_id), row?.multipartId ?? '', parts)
  const again = await createUpload({ ctx, input })
  expect(again).toMatchObject({ upload_id: upload.upload_id, resumed: true })
  expect(again.uploaded_parts).toHaveLength(upload.parts_total)
  const found = again.uploaded_parts.map((part) => ({ partNumber: part.part_number, etag: part.etag }))
  expect((await completeUpload({ ctx, input: { uploadId: upload.upload_id, parts: found } })).state).toBe('ready')
})

test('two calls that complete at once give the same asset', async () => {
  const ctx = await t.newUser()
  const upload = await createUpload({ ctx, input: request(clip.length) })
  const parts = await sendParts(ctx, upload, clip, [1])
  const input = { uploadId: upload.upload_id, parts }
  const replies = await Promise.allSettled([completeUpload({ ctx, input }), completeUpload({ ctx, input })])
  // One checks the file; the other, should it find that going on, is asked to repeat its call.
  const ready = { id: upload.asset_id, state: 'ready' }
  const answers = replies.map((reply) => (reply.status === 'fulfilled' ? reply.value : null))
  const refusals = replies.flatMap((reply) => (reply.status === 'rejected' ? [reply.reason] : []))
  expect(answers).toContainEqual(expect.objectContaining(ready))
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'unavailable' })
  expect(await completeUpload({ ctx, input })).toMatchObject(ready)
})

test('a check the store interrupts is taken up again by the next call', async () => {
  const ctx = await t.newUser()
  const upload = await createUpload({ ctx, input: request(clip.length) })
  const parts = await sendParts(ctx, upload, clip, [1])
  const key = await keyOf(upload.asset_id)
  const input = { uploadId: upload.upload_id, parts }
  await t.spoilStore({ match: { method: 'GET', key_prefix: key }, action: 'status', status: 503, times: 3 })
  await expect(completeUpload({ ctx, input })).rejects.toMatchObject({ code: 'unavailable' })
  expect((await getAsset({ ctx, input: { assetId: upload.asset_id } })).state).toBe('checking')
  expect((await completeUpload({ ctx, input })).state).toBe('ready')
})

test('joining without all parts, or with parts the store does not have, leaves the upload open', async () => {
  const ctx = await t.newUser()
  const upload = await createUpload({ ctx, input: request(longClip.length) })
  const [first] = await sendParts(ctx, upload, longClip, [1])
  const etag = first?.etag ?? ''
  const attempt = (parts: { partNumber: number; etag: string }[]) =>
    completeUpload({ ctx, input: { uploadId: upload.upload_id, parts } })
  const incomplete = { code: 'upload_incomplete' }
  await expect(attempt([{ partNumber: 1, etag }])).rejects.toMatchObject(incomplete)
  await expect(attempt([1, 2, 3].map((partNumber) => ({ partNumber, etag })))).rejects.toMatchObject(incomplete)
  await expect(attempt([1, 1, 1].map((partNumber) => ({ partNumber, etag })))).rejects.toMatchObject(incomplete)
  expect((await getUpload({ ctx, input: { uploadId: upload.upload_id } })).uploaded_parts).toHaveLength(1)
})

test('a file of another size than declared is rejected and removed', async () => {
  const ctx = await t.newUser()
  const upload = await createUpload({ ctx, input: request(clip.length + 1) })
  const [row] = await ctx.db.select().from(uploads).where(eq(uploads.id, upload.upload_id))
  // Not by the URLs we hand out: those take exactly what was declared.
  const refused = await signParts({ ctx, input: { uploadId: upload.upload_id, partNumbers: [1] } })
  expect((await fetch(refused.urls[0]?.url ?? '', { method: 'PUT', body: clip })).status).toBe(403)
  const url = await ctx.storage.presignPart(await keyOf(upload.asset_id), row?.multipartId ?? '', 1, 60)
  const sent = await fetch(url, { method: 'PUT', body: clip })
  const parts = [{ partNumber: 1, etag: sent.headers.get('etag') ?? '' }]
  const asset = await completeUpload({ ctx, input: { uploadId: upload.upload_id, parts } })
  expect(asset).toMatchObject({ state: 'rejected', facts: null, url: null, problem: { code: 'upload_mismatch' } })
  expect(await t.storedKeys(`users/${ctx.userId}/`)).toEqual([])
})

test('what is no usable video is rejected in plain words, removed, and does not count as storage', async () => {
  const ctx = await t.newUser()
  const silent = await runFfmpeg('m4a', ['-f', 'lavfi', '-i', 'sine=duration=1'])
  const flash = await makeClip('flv', { seconds: 1 })
  const cut = clip.slice(0, clip.length >> 1)
  const cases = [
    { bytes: silent, code: 'no_video' },
    { bytes: flash, code: 'unsupported_media' },
    { bytes: cut, code: 'corrupt_media' },
  ]
  for (const { bytes, code } of cases) {
    const { asset } = await uploadWhole(ctx, bytes)
    expect(asset).toMatchObject({ state: 'rejected', facts: null, url: null, problem: { code } })
  }
  expect(await t.storedKeys(`users/${ctx.userId}/`)).toEqual([])
  const library = await listAssets({ ctx, input: {} })
  expect(library).toMatchObject({ used_bytes: 0, limit_bytes: RETENTION.storageLimitBytes })
  expect(library.assets.map((asset) => asset.state)).toEqual(['rejected', 'rejected', 'rejected'])
})

test('an object swapped behind our back is noticed by its ETag', async () => {
  const ctx = await t.newUser()
  const { asset } = await uploadWhole(ctx, clip)
  const key = await keyOf(asset.id)
  const etag = (await rowOf(asset.id))?.etag ?? ''
  await checkPinned({ ctx, input: { key, etag } })
  await t.replaceObject(key, new Uint8Array(clip.length))
  await expect(checkPinned({ ctx, input: { key, etag } })).rejects.toMatchObject({ code: 'input_changed' })
  await ctx.storage.delete(key)
  await expect(checkPinned({ ctx, input: { key, etag } })).rejects.toMatchObject({ code: 'input_changed' })
})

test('headers of any stored object are read the same way, and say what is wrong', async () => {
  const { asset } = await uploadWhole(await t.newUser(), clip)
  const key = await keyOf(asset.id)
  const read = await readHeaders({ ctx: t.ctx, input: { key } })
  expect(read).toEqual({ bytes: clip.length, etag: (await rowOf(asset.id))?.etag, facts: asset.facts })
  await t.replaceObject(key, clip.slice(0, 2000))
  await expect(readHeaders({ ctx: t.ctx, input: { key } })).rejects.toMatchObject({ code: 'corrupt_media' })
  await expect(readHeaders({ ctx: t.ctx, input: { key: 'nothing' } })).rejects.toMatchObject({ code: 'not_found' })
})

test('nothing of another user can be seen, signed, completed, renamed, aborted or deleted', async () => {
  const owner = await t.newUser()
  const ctx = await t.newUser()
  const open = await createUpload({ ctx: owner, input: request(clip.length, { fingerprint: 'shared-print' }) })
  const { asset } = await uploadWhole(owner, clip)
  const uploadId = open.upload_id
  const assetId = asset.id
  const attempts = [
    getUpload({ ctx, input: { uploadId } }),
    signParts({ ctx, input: { uploadId, partNumbers: [1] } }),
    completeUpload({ ctx, input: { uploadId, parts: [{ partNumber: 1, etag: 'x' }] } }),
    abortUpload({ ctx, input: { uploadId } }),
    getAsset({ ctx, input: { assetId } }),
    renameAsset({ ctx, input: { assetId, fileName: 'mine.mp4' } }),
    deleteAsset({ ctx, input: { assetId } }),
  ]
  await Promise.all(attempts.map((attempt) => expect(attempt).rejects.toMatchObject({ code: 'not_found' })))
  expect(await listAssets({ ctx, input: {} })).toMatchObject({ assets: [], open_uploads: [], used_bytes: 0 })
  const mine = await createUpload({ ctx, input: request(clip.length, { fingerprint: 'shared-print' }) })
  expect(mine.upload_id).not.toBe(uploadId)
  expect(await getAsset({ ctx: owner, input: { assetId } })).toMatchObject({ state: 'ready', file_name: 'match.mp4' })
})

test('aborting frees the parts, can be repeated, and closes the upload', async () => {
  const ctx = await t.newUser()
  const upload = await createUpload({ ctx, input: request(longClip.length) })
  await sendParts(ctx, upload, longClip, [1])
  const input = { uploadId: upload.upload_id }
  const [row] = await ctx.db.select().from(uploads).where(eq(uploads.id, upload.upload_id))
  await abortUpload({ ctx, input })
  await abortUpload({ ctx, input })
  expect(await ctx.storage.listParts(await keyOf(upload.asset_id), row?.multipartId ?? '')).toBeNull()
  const closed = { code: 'upload_closed' }
  await expect(signParts({ ctx, input: { ...input, partNumbers: [1] } })).rejects.toMatchObject(closed)
  await expect(completeUpload({ ctx, input: { ...input, parts: [] } })).rejects.toMatchObject(closed)
  expect((await listAssets({ ctx, input: {} })).used_bytes).toBe(0)
})

test('URLs are signed only for parts the file has', async () => {
  const ctx = await t.newUser()
  const { upload_id: uploadId } = await createUpload({ ctx, input: request(longClip.length) })
  const beyond = signParts({ ctx, input: { uploadId, partNumbers: [3, 4] } })
  await expect(beyond).rejects.toMatchObject({ code: 'invalid_request', field: 'part_numbers' })
})

test('files too large, and files that do not fit into the storage any more, are refused before a byte is sent', async () => {
  const ctx = await t.newUser()
  const GIB = 1024 ** 3
  const open = (bytes: number) => createUpload({ ctx, input: request(bytes) })
  await expect(open(20 * GIB + 1)).rejects.toMatchObject({ code: 'file_too_large' })
  await open(20 * GIB)
  await open(20 * GIB)
  await expect(open(10 * GIB + 1)).rejects.toMatchObject({ code: 'storage_full' })
  await open(10 * GIB)
  expect((await listAssets({ ctx, input: {} })).used_bytes).toBe(50 * GIB)
})

test('uploads opened at the same moment cannot pass the storage limit together', async () => {
  const ctx = await t.newUser()
  const GIB = 1024 ** 3
  const bytes = 20 * GIB
  const opened = await Promise.allSettled(Array.from({ length: 6 }, () => createUpload({ ctx, input: request(bytes) })))
  expect(opened.filter((reply) => reply.status === 'fulfilled')).toHaveLength(2)
  for (const reply of opened) if (reply.status === 'rejected') expect(reply.reason.code).toBe('storage_full')
  expect((await listAssets({ ctx, input: {} })).used_bytes).toBe(2 * bytes)
})

test('twenty uploads may be unfinished at a time, and a hundred and twenty be begun in an hour', async () => {
  const ctx = await t.newUser()
  const open = () => createUpload({ ctx, input: request(clip.length) })
  const opened = await Promise.all(Array.from({ length: 20 }, open))
  // Pages repeat what was refused; that must not use up the hour.
  for (let tries = 0; tries < 3; tries++) {
    const refused = { code: 'rate_limited', message: expect.stringContaining('unfinished') }
    await expect(open()).rejects.toMatchObject(refused)
  }
  await abortUpload({ ctx, input: { uploadId: opened[0]?.upload_id ?? '' } })
  await open()
  const key = `upload:${ctx.userId}`
  expect(await ctx.db.select().from(rateLimits).where(eq(rateLimits.key, key))).toMatchObject([{ count: 21 }])
  await ctx.db.update(rateLimits).set({ count: 120 }).where(eq(rateLimits.key, key))
  await abortUpload({ ctx, input: { uploadId: opened[1]?.upload_id ?? '' } })
  await expect(open()).rejects.toMatchObject({ code: 'rate_limited', message: expect.stringContaining('minutes') })
})

test('renaming keeps the object and changes only the name downloads get', async () => {
  const ctx = await t.newUser()
  const { asset } = await uploadWhole(ctx, clip)
  const renamed = await renameAsset({ ctx, input: { assetId: asset.id, fileName: '../best\n goal.mp4' } })
  expect(renamed.file_name).toBe('best goal.mp4')
  expect(decodeURIComponent(renamed.download_url ?? '')).toContain('best goal.mp4')
  expect(renamed.url).toBe(asset.url)
})

test('deleting removes the object and the asset, once', async () => {
  const ctx = await t.newUser()
  const { asset } = await uploadWhole(ctx, clip)
  await deleteAsset({ ctx, input: { assetId: asset.id } })
  expect(await t.storedKeys(`users/${ctx.userId}/`)).toEqual([])
  await expect(deleteAsset({ ctx, input: { assetId: asset.id } })).rejects.toMatchObject({ code: 'not_found' })
  expect((await rowOf(asset.id))?.deletedAtMs).not.toBeNull()
})

test('the library comes in pages, newest first, without gaps or repeats', async () => {
  const ctx = await t.newUser()
  const createdAtMs = ctx.nowMs()
  const ids = Array.from({ length: 53 }, () => ctx.newId('ast')).sort()
  for (const [index, id] of ids.entries()) {
    const row = { id, userId: ctx.userId, kind: 'uploaded', state: 'rejected', fileName: 'x', objectKey: id } as const
    // Several share a moment, so that the order within it matters too.
    const times = { createdAtMs: createdAtMs + Math.floor(index / 10), deletedAtMs: createdAtMs }
    await ctx.db.insert(assets).values({ ...row, ...times, bytes: 1, contentType: 'video/mp4' })
  }
  const seen: string[] = []
  let cursor: string | null | undefined
  do {
    const page = await listAssets({ ctx, input: cursor ? { cursor } : {} })
    seen.push(...page.assets.map((asset) => asset.id))
    cursor = page.next_cursor
  } while (cursor)
  expect(seen).toEqual(ids.toReversed())
  await expect(listAssets({ ctx, input: { cursor: "1' OR 1" } })).rejects.toMatchObject({ code: 'invalid_request' })
})
