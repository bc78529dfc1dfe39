import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { assets } from '#db/schema/uploads.ts'
import { AssetView, SignedParts, UploadView } from '#lib/contracts/api/uploads.ts'
import { type AttackWorld, openAttackWorld, type Person } from './attack-world.ts'
import { HOSTILE_TEXTS } from './hostile-values.ts'

vi.mock('#lib/platform/cloudflare.ts', () => import('./host.ts'))

const BYTES = 1000
const MP4 = { 'content-type': 'video/mp4' }

let world: AttackWorld
let victim: Person
let attacker: Person
let victimKey: string
beforeAll(async () => {
  world = await openAttackWorld()
  victim = await world.newPerson()
  attacker = await world.newPerson()
  victimKey = await keyOf(victim.ids.asset)
})
afterAll(() => world.close())

async function keyOf(assetId: string): Promise<string> {
  const [row] = await world.jobs.ctx.db.select().from(assets).where(eq(assets.id, assetId))
  return row?.objectKey ?? ''
}

async function open(fileName = 'clip.mp4') {
  const body = { file_name: fileName, bytes: BYTES, content_type: 'text/html', fingerprint: crypto.randomUUID() }
  return UploadView.parse(await (await attacker.call('POST /api/uploads', { body })).json())
}

/** A part's URL as the page gets it. */
async function partUrl(): Promise<URL> {
  const { upload_id } = await open()
  const params = { id: upload_id }
  const reply = await attacker.call('POST /api/uploads/[id]/parts', { params, body: { part_numbers: [1] } })
  return new URL(SignedParts.parse(await reply.json()).urls[0]?.url ?? '')
}

const bytes = (length: number) => new Uint8Array(length).fill(7)

async function put(url: URL, body: Uint8Array<ArrayBuffer>, init: RequestInit = {}): Promise<number> {
  const reply = await fetch(url, { method: 'PUT', body, ...init })
  await reply.arrayBuffer()
  return reply.status
}

function changed(url: URL, change: (copy: URL) => void): URL {
  const copy = new URL(url)
  change(copy)
  return copy
}

describe('the URL of a part', () => {
  test('is good for its own key, upload, part and size, and for nothing else', async () => {
    const url = await partUrl()
    const other = await partUrl()
    const bucket = url.pathname.split('/')[1]
    const before = await world.jobs.ctx.storage.head(victimKey)
    const attempts: [string, URL, number, RequestInit?][] = [
      ['someone else’s key', changed(url, (u) => (u.pathname = `/${bucket}/${victimKey}`)), BYTES],
      ['a key beside it', changed(url, (u) => (u.pathname = `${u.pathname}x`)), BYTES],
      ['a key by way of dots', changed(url, (u) => (u.pathname = `${u.pathname}/..%2f..%2fsource`)), BYTES],
      ['another bucket', changed(url, (u) => (u.pathname = u.pathname.replace(`/${bucket}/`, '/other/'))), BYTES],
      [
        'another upload',
        changed(url, (u) => u.searchParams.set('uploadId', other.searchParams.get('uploadId') ?? '')),
        BYTES,
      ],
      ['another part', changed(url, (u) => u.searchParams.set('partNumber', '2')), BYTES],
      [
        'no part: the whole object',
        changed(url, (u) => {
          for (const name of ['partNumber', 'uploadId', 'x-id']) u.searchParams.delete(name)
        }),
        BYTES,
      ],
      ['a longer life', changed(url, (u) => u.searchParams.set('X-Amz-Expires', '604800')), BYTES],
      ['a later date', changed(url, (u) => u.searchParams.set('X-Amz-Date', '20400101T000000Z')), BYTES],
      ['fewer signed headers', changed(url, (u) => u.searchParams.set('X-Amz-SignedHeaders', 'host')), BYTES],
      ['no signature', changed(url, (u) => u.searchParams.delete('X-Amz-Signature')), BYTES],
      ['a byte more', url, BYTES + 1],
      ['a byte less', url, BYTES - 1],
      ['much more', url, 8 * 1024 * 1024],
    ]
    for (const [what, target, length] of attempts) {
      expect([400, 403], what).toContain(await put(target, bytes(length)))
    }
    for (const method of ['GET', 'DELETE', 'POST', 'HEAD']) {
      const reply = await fetch(url, { method })
      expect([400, 403, 405], method).toContain(reply.status)
    }
    expect(await world.jobs.ctx.storage.head(victimKey)).toEqual(before)
    expect(await put(url, bytes(BYTES))).toBe(200)
  })

  test('ends with its upload', async () => {
    const { upload_id } = await open()
    const params = { id: upload_id }
    const reply = await attacker.call('POST /api/uploads/[id]/parts', { params, body: { part_numbers: [1] } })
    const url = new URL(SignedParts.parse(await reply.json()).urls[0]?.url ?? '')
    expect((await attacker.call('DELETE /api/uploads/[id]', { params })).status).toBe(204)
    expect(await put(url, bytes(BYTES))).toBe(404)
  })
})

test('the URL a worker puts its result to takes that type, at that key, by that method', async () => {
  const { input } = await world.jobs.take()
  const target = input.outputs?.video
  if (!target || !('put_url' in target)) throw new Error('the run has no URL for its video')
  const url = new URL(target.put_url)
  for (const type of ['text/html', 'image/svg+xml', '']) {
    expect(await put(url, bytes(10), { headers: type === '' ? {} : { 'content-type': type } }), type).toBe(403)
  }
  const elsewhere = changed(url, (u) => {
    u.pathname = `/${u.pathname.split('/')[1]}/${victimKey}`
  })
  expect(await put(elsewhere, bytes(10), { headers: MP4 })).toBe(403)
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(403)
  expect(await put(url, bytes(10), { headers: MP4 })).toBe(200)
})

test('a link to watch shows one file, changes none, and cannot be given another type', async () => {
  const reply = await attacker.call('GET /api/assets/[id]', { params: { id: attacker.ids.asset } })
  const url = new URL(AssetView.parse(await reply.json()).url ?? '')
  expect((await fetch(url)).status).toBe(200)
  const elsewhere = changed(url, (u) => {
    u.pathname = `/${u.pathname.split('/')[1]}/${victimKey}`
  })
  expect((await fetch(elsewhere)).status).toBe(403)
  expect((await fetch(changed(url, (u) => u.searchParams.set('response-content-type', 'text/html')))).status).toBe(403)
  expect(await put(url, bytes(10))).toBe(403)
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(403)
})

test('whatever a file is called, its key is ours, and its name is one line without a path', async () => {
  for (const name of [...HOSTILE_TEXTS, 'C:\\Windows\\system32\\a.mp4', '/etc/passwd', '....//....//a.mp4']) {
    const body = { file_name: name, bytes: BYTES, content_type: 'text/html', fingerprint: crypto.randomUUID() }
    const reply = await attacker.call('POST /api/uploads', { body })
    if (!reply.ok) {
      expect((await reply.json()).code, name).toBe('invalid_request')
      continue
    }
    const upload = UploadView.parse(await reply.json())
    expect(upload.file_name, name).not.toMatch(/[/\\\p{Cc}\p{Bidi_Control}]/u)
    expect(upload.file_name.length).toBeGreaterThan(0)
    expect(await keyOf(upload.asset_id)).toBe(`users/${attacker.userId}/assets/${upload.asset_id}/source`)
    await attacker.call('DELETE /api/uploads/[id]', { params: { id: upload.upload_id } })
  }
})

test('a video that was sent as a page is shown as a video', async () => {
  const watch = AssetView.parse(
    await (await attacker.call('GET /api/assets/[id]', { params: { id: attacker.ids.asset } })).json(),
  )
  const video = new Uint8Array(await (await fetch(watch.url ?? '')).arrayBuffer())
  const named = { file_name: 'index.html', content_type: 'text/html', fingerprint: crypto.randomUUID() }
  const opened = await attacker.call('POST /api/uploads', { body: { ...named, bytes: video.length } })
  const { upload_id } = UploadView.parse(await opened.json())
  const params = { id: upload_id }
  const signed = await attacker.call('POST /api/uploads/[id]/parts', { params, body: { part_numbers: [1] } })
  const part = await fetch(SignedParts.parse(await signed.json()).urls[0]?.url ?? '', { method: 'PUT', body: video })
  const parts = [{ part_number: 1, etag: part.headers.get('etag') ?? '' }]
  const completed = await attacker.call('POST /api/uploads/[id]/complete', { params, body: { parts } })
  const asset = AssetView.parse(await completed.json())
  for (const url of [asset.url, asset.download_url]) {
    expect((await fetch(url ?? '')).headers.get('content-type')).toBe('video/mp4')
  }
})
