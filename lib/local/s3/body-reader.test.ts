import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { BUCKET, rawPut, refusal, sdkRefusal, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())
afterEach(async () => {
  await vi.waitFor(async () => expect(await readdir(join(server.dataDir, 'partial'))).toEqual([]))
})

const BYTES = randomBytes(200_000)

async function stored(key: string): Promise<Buffer> {
  const answer = await server.client().send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? [])
}

function isStored(key: string): Promise<boolean> {
  return sdkRefusal(server.client().send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }))).then(
    (it) => it === 'accepted',
  )
}

function presignPut(key: string): Promise<string> {
  return getSignedUrl(server.client(), new PutObjectCommand({ Bucket: BUCKET, Key: key }))
}

function base64(algorithm: string, bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('base64')
}

describe('uploads through the SDK', () => {
  const clients = [
    ['WHEN_REQUIRED', () => server.client()],
    ['its defaults', () => server.defaultClient()],
  ] as const
  it.each(clients)('store a buffer with %s', async (name, client) => {
    const key = `buffer ${name}`
    await client().send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: BYTES }))
    expect(await stored(key)).toEqual(BYTES)
  })

  it.each(clients)('store a stream with %s', async (name, client) => {
    const key = `stream ${name}`
    const body = Readable.from([BYTES.subarray(0, 70_001), BYTES.subarray(70_001)])
    await client().send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, ContentLength: BYTES.length }))
    expect(await stored(key)).toEqual(BYTES)
  })

  it('give the stored CRC32 back when the client asks to validate', async () => {
    const client = server.defaultClient()
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'crc', Body: BYTES }))
    const answer = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'crc', ChecksumMode: 'ENABLED' }))
    const expected = Buffer.alloc(4)
    expected.writeUInt32BE(crc32(BYTES))
    expect(answer.ChecksumCRC32).toBe(expected.toString('base64'))
    expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? [])).toEqual(BYTES)
  })

  it.each([
    ['ChecksumCRC32', 'AAAAAA=='],
    ['ChecksumSHA1', base64('sha1', Buffer.from('other'))],
    ['ChecksumSHA256', base64('sha256', Buffer.from('other'))],
    ['ContentMD5', base64('md5', Buffer.from('other'))],
  ])('are refused when %s is that of other bytes', async (field, value) => {
    const command = new PutObjectCommand({ Bucket: BUCKET, Key: 'bad', Body: BYTES, [field]: value })
    expect(await sdkRefusal(server.client().send(command))).toBe('400 BadDigest')
    expect(await isStored('bad')).toBe(false)
  })

  it('are refused when a checksum is not of its length, or of an algorithm unknown here', async () => {
    const put = (input: Partial<PutObjectCommandInput>) =>
      sdkRefusal(server.client().send(new PutObjectCommand({ Bucket: BUCKET, Key: 'bad', Body: BYTES, ...input })))
    expect(await put({ ContentMD5: 'AAAA' })).toBe('400 InvalidDigest')
    expect(await put({ ChecksumCRC64NVME: 'AAAAAAAAAAA=' })).toBe('501 NotImplemented')
  })
})

describe('uploads by hand', () => {
  it('are refused when a presigned URL bakes in the checksum of an empty body', async () => {
    const url = await getSignedUrl(server.defaultClient(), new PutObjectCommand({ Bucket: BUCKET, Key: 'baked' }))
    expect(url).toContain('x-amz-checksum-crc32=AAAAAA')
    expect(await refusal(fetch(url, { method: 'PUT', body: BYTES }))).toBe('400 BadDigest')
    expect(await isStored('baked')).toBe(false)
  })

  it('are refused when the signed sha256 is not that of the body', async () => {
    const client = server.client()
    // Runs after signing (priority low comes last), so the signature is right and the body is not.
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign(args.request as object, { body: 'loser' })
        return next(args)
      },
      { step: 'finalizeRequest', priority: 'low' },
    )
    const put = client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'swapped', Body: 'champ' }))
    expect(await sdkRefusal(put)).toBe('400 XAmzContentSHA256Mismatch')
    expect(await isStored('swapped')).toBe(false)
  })

  it('leave nothing behind when the client hangs up early', async () => {
    const url = await presignPut('cut')
    const status = await rawPut(url, { 'content-length': String(BYTES.length) }, BYTES, 90_000)
    expect(status).toBe(0)
    await vi.waitFor(async () => expect(await readdir(join(server.dataDir, 'partial'))).toEqual([]))
    expect(await isStored('cut')).toBe(false)
  })

  it('keep the old object when a replacement is cut off', async () => {
    await server.client().send(new PutObjectCommand({ Bucket: BUCKET, Key: 'kept', Body: 'first' }))
    await rawPut(await presignPut('kept'), { 'content-length': String(BYTES.length) }, BYTES, 90_000)
    await vi.waitFor(async () => expect(await readdir(join(server.dataDir, 'partial'))).toEqual([]))
    expect((await stored('kept')).toString()).toBe('first')
  })

  it('need a content length', async () => {
    const url = await presignPut('chunked')
    expect(await rawPut(url, { 'transfer-encoding': 'chunked' }, BYTES)).toBe(411)
  })

  it('of more than 5 GiB are refused before their first byte', async () => {
    const url = await presignPut('huge')
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = request(
        url,
        { method: 'PUT', headers: { 'content-length': String(5 * 2 ** 30 + 1) } },
        (response) => {
          resolve(response.statusCode)
          outgoing.destroy()
        },
      )
      outgoing.on('error', reject)
      outgoing.flushHeaders()
    })
    expect(answer).toBe(400)
  })
})
