import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { APP_ORIGIN, BUCKET, startTestServer, type TestServer } from './testing/test-server.ts'

const STRANGER = 'http://evil.example'

let server: TestServer
let clockOffsetMs = 0
let putUrl = ''
let getUrl = ''
beforeAll(async () => {
  server = await startTestServer(() => Date.now() + clockOffsetMs)
  const client = server.client()
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'clip', Body: '0123456789' }))
  putUrl = await getSignedUrl(client, new PutObjectCommand({ Bucket: BUCKET, Key: 'clip' }), { expiresIn: 60 })
  getUrl = await getSignedUrl(client, new GetObjectCommand({ Bucket: BUCKET, Key: 'clip' }), { expiresIn: 60 })
})
afterAll(() => server.stop())

async function preflight(url: string, origin: string, method = 'PUT', headers = 'content-type, x-amz-meta-a') {
  const answer = await fetch(url, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
  })
  return { status: answer.status, origin: answer.headers.get('access-control-allow-origin'), answer }
}

describe('a preflight', () => {
  it('lets an allowed origin send what an upload needs', async () => {
    const { status, origin, answer } = await preflight(putUrl, APP_ORIGIN)
    expect([status, origin]).toEqual([204, APP_ORIGIN])
    expect(answer.headers.get('access-control-allow-methods')).toContain('PUT')
    expect(answer.headers.get('access-control-allow-headers')).toBe('content-type, x-amz-meta-a')
    expect(answer.headers.get('vary')).toContain('Origin')
  })

  it.each([
    ['a foreign origin', STRANGER, 'PUT', 'content-type'],
    ['a look-alike origin', `${APP_ORIGIN}0`, 'PUT', 'content-type'],
    ['a method S3 does not have', APP_ORIGIN, 'PATCH', 'content-type'],
    ['a header that is not allowed', APP_ORIGIN, 'PUT', 'authorization'],
  ])('refuses %s', async (_, from, method, headers) => {
    const { status, origin } = await preflight(putUrl, from, method, headers)
    expect([status, origin]).toEqual([403, null])
  })

  it('refuses an expired URL', async () => {
    clockOffsetMs = 61_000
    const { status, origin } = await preflight(putUrl, APP_ORIGIN)
    clockOffsetMs = 0
    expect([status, origin]).toEqual([403, null])
  })
})

describe('an answer', () => {
  it('shows an allowed origin the ETag and the range', async () => {
    const { status, headers } = await fetch(getUrl, { headers: { origin: APP_ORIGIN, range: 'bytes=0-3' } })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([206, APP_ORIGIN])
    expect(headers.get('access-control-expose-headers')).toMatch(/ETag.*Content-Range/)
    expect(headers.get('vary')).toBe('Origin')
  })

  it('shows an allowed origin errors too', async () => {
    const url = await getSignedUrl(server.client(), new GetObjectCommand({ Bucket: BUCKET, Key: 'missing' }))
    const { status, headers } = await fetch(url, { headers: { origin: APP_ORIGIN } })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([404, APP_ORIGIN])
  })

  it('names no origin to a stranger', async () => {
    const { headers } = await fetch(getUrl, { headers: { origin: STRANGER } })
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  it('names no origin when the signature does not hold', async () => {
    const { status, headers } = await fetch(`${getUrl}&extra=1`, { headers: { origin: APP_ORIGIN } })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null])
  })
})
