import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUCKET, refusal, sdkRefusal, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let clockOffsetMs = 0
const KEY = 'a folder/clip (1).mp4'

beforeAll(async () => {
  server = await startTestServer(() => Date.now() + clockOffsetMs)
  await server.client().send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: 'film' }))
})
afterAll(() => server.stop())

function presignGet(key = KEY, expiresIn = 60): Promise<string> {
  return getSignedUrl(server.client(), new GetObjectCommand({ Bucket: BUCKET, Key: key }), { expiresIn })
}

function presignPut(signable: string[], input: { ContentType?: string; ContentLength?: number } = {}): Promise<string> {
  const command = new PutObjectCommand({ Bucket: BUCKET, Key: 'signed-put', ...input })
  return getSignedUrl(server.client(), command, { expiresIn: 60, signableHeaders: new Set(['host', ...signable]) })
}

async function atOffset<Result>(offsetMs: number, work: () => Promise<Result>): Promise<Result> {
  clockOffsetMs = offsetMs
  try {
    return await work()
  } finally {
    clockOffsetMs = 0
  }
}

describe('header authorization', () => {
  it('accepts the SDK with the right keys', async () => {
    const answer = await server.client().send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY }))
    expect(await answer.Body?.transformToString()).toBe('film')
  })

  it('accepts values that need escaping, and parameters whose names begin alike', async () => {
    const client = server.client()
    client.middlewareStack.add(
      (next) => (args) => {
        const { query } = args.request as { query: Record<string, string> }
        query.list = '*'
        return next(args)
      },
      { step: 'build' },
    )
    const input = { Bucket: BUCKET, Prefix: 'a folder/', Delimiter: '*', StartAfter: "A'(!)+", MaxKeys: 5 }
    expect((await client.send(new ListObjectsV2Command(input))).KeyCount).toBe(1)
  })

  it('refuses a wrong secret', async () => {
    const client = server.client({ credentials: { accessKeyId: 'test-key', secretAccessKey: 'guess' } })
    expect(await sdkRefusal(client.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY })))).toBe(
      '403 SignatureDoesNotMatch',
    )
  })

  it('refuses an unknown access key', async () => {
    const client = server.client({ credentials: { accessKeyId: 'stranger', secretAccessKey: 'guess' } })
    expect(await sdkRefusal(client.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY })))).toBe('401 Unauthorized')
  })

  it('refuses a region R2 does not have', async () => {
    const client = server.client({ region: 'eu-central-1' })
    expect(await sdkRefusal(client.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY })))).toBe(
      '400 InvalidRegionName',
    )
  })

  it('refuses a clock more than 15 minutes off', async () => {
    const call = () => server.client().send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY }))
    expect(await atOffset(16 * 60_000, () => sdkRefusal(call()))).toBe('403 RequestTimeTooSkewed')
    expect(await atOffset(14 * 60_000, () => sdkRefusal(call()))).toBe('accepted')
  })

  it('refuses anonymous requests of every kind', async () => {
    const object = `${server.url}/${BUCKET}/${encodeURIComponent(KEY)}`
    expect(await refusal(fetch(object))).toBe('401 Unauthorized')
    expect(await refusal(fetch(object, { method: 'PUT', body: 'x' }))).toBe('401 Unauthorized')
    expect(await refusal(fetch(object, { method: 'DELETE' }))).toBe('401 Unauthorized')
    expect(await refusal(fetch(`${server.url}/${BUCKET}?list-type=2`))).toBe('401 Unauthorized')
  })
})

describe('presigned URLs', () => {
  it('open what they were signed for', async () => {
    const answer = await fetch(await presignGet())
    expect([answer.status, await answer.text()]).toEqual([200, 'film'])
  })

  it('open through localhost as well as through 127.0.0.1', async () => {
    const client = server.client({ endpoint: server.url.replace('127.0.0.1', 'localhost') })
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: BUCKET, Key: KEY }))
    expect(await refusal(fetch(url))).toBe('accepted')
  })

  it('open on ::1', async () => {
    const client = server.client({ endpoint: server.url.replace('127.0.0.1', '[::1]') })
    const url = await getSignedUrl(client, new HeadObjectCommand({ Bucket: BUCKET, Key: KEY }))
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
  })

  it.each([
    [
      'signature',
      (url: string) => url.replace(/(X-Amz-Signature=)(.)/, (_, name, digit) => `${name}${digit === '0' ? '1' : '0'}`),
    ],
    ['key', (url: string) => url.replace('clip', 'clop')],
    ['lifetime', (url: string) => url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')],
    ['query', (url: string) => `${url}&response-content-type=text%2Fhtml`],
    ['signed headers', (url: string) => url.replace('SignedHeaders=host', 'SignedHeaders=host%3Brange')],
    ['host', (url: string) => url.replace('127.0.0.1', 'localhost')],
  ])('are refused when the %s was changed', async (_, tamper) => {
    const url = await presignGet()
    expect(tamper(url)).not.toBe(url)
    expect(await refusal(fetch(tamper(url)))).toBe('403 SignatureDoesNotMatch')
  })

  it.each(['DELETE', 'PUT', 'POST', 'HEAD'])('for GET are refused for %s', async (method) => {
    const body = method === 'PUT' || method === 'POST' ? 'x' : undefined
    expect((await fetch(await presignGet(), { method, body })).status).toBe(403)
  })

  it('are refused a second after they expire, and not before', async () => {
    const url = await presignGet(KEY, 60)
    expect(await atOffset(58_000, () => refusal(fetch(url)))).toBe('accepted')
    expect(await atOffset(62_000, () => refusal(fetch(url)))).toBe('403 ExpiredRequest')
  })

  it('are refused with a lifetime over a week, a repeated field, or a second authorization', async () => {
    const url = await presignGet()
    expect(await refusal(fetch(url.replace('Expires=60', 'Expires=604801')))).toBe('400 InvalidArgument')
    expect(await refusal(fetch(`${url}&X-Amz-Expires=600`))).toBe('400 InvalidArgument')
    const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/auto/s3/aws4_request,SignedHeaders=host,Signature=00'
    expect(await refusal(fetch(url, { headers: { authorization } }))).toBe('400 InvalidArgument')
  })

  it('are refused with x-amz headers they do not sign', async () => {
    const headers = { 'x-amz-meta-owner': 'someone else' }
    expect(await refusal(fetch(await presignPut([]), { method: 'PUT', body: 'x', headers }))).toBe('403 AccessDenied')
  })

  it('hold the upload to a signed content type', async () => {
    const url = await presignPut(['content-type'], { ContentType: 'video/mp4' })
    const put = (type: string) => refusal(fetch(url, { method: 'PUT', body: 'x', headers: { 'content-type': type } }))
    expect(await put('text/html')).toBe('403 SignatureDoesNotMatch')
    expect(await put('video/mp4')).toBe('accepted')
  })

  it('hold the upload to a signed content length', async () => {
    const url = await presignPut(['content-length'], { ContentLength: 1000 })
    const put = (bytes: number) => refusal(fetch(url, { method: 'PUT', body: Buffer.alloc(bytes) }))
    expect(await put(1001)).toBe('403 SignatureDoesNotMatch')
    expect(await put(999)).toBe('403 SignatureDoesNotMatch')
    expect(await put(1000)).toBe('accepted')
  })
})
