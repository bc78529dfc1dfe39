import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type S3Server, startS3 } from '#lib/local/s3/server.ts'
import type { Storage } from './port.ts'
import { createR2Storage } from './r2.ts'

const KEYS = { bucket: 'reels', accessKeyId: 'key', secretAccessKey: 'secret' }
const PART_BYTES = 5 * 1024 ** 2
let dataDir: string
let s3: S3Server
let storage: Storage

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'r2-'))
  s3 = await startS3({ port: 0, dataDir, allowedOrigins: [], ...KEYS })
  storage = createR2Storage({ endpoint: s3.url, ...KEYS })
})
afterEach(() => fetch(`${s3.url}/_local/faults`, { method: 'DELETE' }))
afterAll(async () => {
  await s3.close()
  await rm(dataDir, { recursive: true })
})

const fault = (rule: object) => fetch(`${s3.url}/_local/faults`, { method: 'POST', body: JSON.stringify(rule) })

async function putPart(key: string, uploadId: string, partNumber: number, bytes: number, fill = partNumber) {
  const url = await storage.presignPart(key, uploadId, partNumber, 60)
  const response = await fetch(url, { method: 'PUT', body: new Uint8Array(bytes).fill(fill) })
  expect(response.status).toBe(200)
  return { partNumber, etag: response.headers.get('etag') ?? '' }
}

async function putObject(key: string, text: string, contentType?: string) {
  const url = await storage.presignPut(key, { contentType, expiresInS: 60 })
  const headers: HeadersInit = contentType ? { 'content-type': contentType } : {}
  expect((await fetch(url, { method: 'PUT', body: text, headers })).status).toBe(200)
}

test('parts sent to presigned URLs are listed, joined and found as one object', async () => {
  const uploadId = await storage.createMultipart('multi', 'video/mp4')
  const first = await putPart('multi', uploadId, 1, PART_BYTES)
  const second = await putPart('multi', uploadId, 2, 1000)
  expect(await storage.listParts('multi', uploadId)).toEqual([
    { ...first, bytes: PART_BYTES },
    { ...second, bytes: 1000 },
  ])
  const { etag } = await storage.completeMultipart('multi', uploadId, [first, second])
  expect(await storage.head('multi')).toEqual({ bytes: PART_BYTES + 1000, etag, contentType: 'video/mp4' })
  expect(await storage.listParts('multi', uploadId)).toBeNull()
})

test('joining says which kind of failure it was: a wrong part, a small part, an upload that is gone', async () => {
  const uploadId = await storage.createMultipart('failing', 'video/mp4')
  const part = await putPart('failing', uploadId, 1, 1000)
  const second = await putPart('failing', uploadId, 2, 1000)
  const wrong = { ...part, etag: '"00000000000000000000000000000000"' }
  await expect(storage.completeMultipart('failing', uploadId, [wrong])).rejects.toMatchObject({
    code: 'upload_incomplete',
  })
  await expect(storage.completeMultipart('failing', uploadId, [part, second])).rejects.toMatchObject({
    code: 'upload_incomplete',
  })
  await storage.abortMultipart('failing', uploadId)
  await storage.abortMultipart('failing', uploadId)
  await expect(storage.completeMultipart('failing', uploadId, [part])).rejects.toMatchObject({ code: 'upload_closed' })
  expect(await storage.head('failing')).toBeNull()
})

test('a range is read from exactly the object it was meant for', async () => {
  await putObject('range', 'one two three')
  const head = await storage.head('range')
  const etag = head?.etag ?? ''
  expect(new TextDecoder().decode(await storage.readRange('range', { start: 4, end: 7, etag }))).toBe('two')
  await putObject('range', 'four five six')
  await expect(storage.readRange('range', { start: 4, end: 7, etag })).rejects.toMatchObject({ code: 'input_changed' })
  await storage.delete('range')
  await storage.delete('range')
  await expect(storage.readRange('range', { start: 4, end: 7, etag })).rejects.toMatchObject({ code: 'input_changed' })
})

test('a download link carries name and type, and stays the same for a while', async () => {
  await putObject('link', 'content', 'text/html')
  const options = { expiresInS: 60, downloadAs: 'my "clip".mp4', contentType: 'video/mp4' }
  const url = await storage.presignGet('link', options)
  const response = await fetch(url)
  expect(await response.text()).toBe('content')
  expect(response.headers.get('content-type')).toBe('video/mp4')
  expect(response.headers.get('content-disposition')).toBe(
    `attachment; filename="my clip.mp4"; filename*=UTF-8''my%20clip.mp4`,
  )
  const signedAt = new URL(url).searchParams.get('X-Amz-Date')
  expect(signedAt).toMatch(/T\d\d(00|15|30|45)00Z$/)
})

test('a presigned PUT takes only the content type it was made for', async () => {
  const url = await storage.presignPut('typed', { contentType: 'video/mp4', expiresInS: 60 })
  const send = (type: string) => fetch(url, { method: 'PUT', body: 'x', headers: { 'content-type': type } })
  expect((await send('text/html')).status).toBe(403)
  expect((await send('video/mp4')).status).toBe(200)
})

test('a part URL made for so many bytes takes neither more nor fewer', async () => {
  const uploadId = await storage.createMultipart('sized', 'video/mp4')
  const url = await storage.presignPart('sized', uploadId, 1, 60, 1000)
  expect(new URL(url).searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;host')
  const send = (bytes: number) => fetch(url, { method: 'PUT', body: new Uint8Array(bytes) })
  expect((await send(1001)).status).toBe(403)
  expect((await send(999)).status).toBe(403)
  expect(await storage.listParts('sized', uploadId)).toEqual([])
  expect((await send(1000)).status).toBe(200)
})

test('a passing failure of the store is retried, a lasting one is reported as unavailable', async () => {
  await putObject('flaky', 'x')
  await fault({ match: { method: 'HEAD' }, action: 'status', status: 503, times: 2 })
  expect(await storage.head('flaky')).toMatchObject({ bytes: 1 })
  await fault({ match: { method: 'HEAD' }, action: 'drop', times: 3 })
  await expect(storage.head('flaky')).rejects.toMatchObject({ code: 'unavailable' })
})

test('a store that refuses our credentials is unavailable, not empty', async () => {
  const stranger = createR2Storage({ endpoint: s3.url, ...KEYS, secretAccessKey: 'other' })
  await expect(stranger.head('multi')).rejects.toMatchObject({ code: 'unavailable' })
})
