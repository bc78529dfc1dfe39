import {
  GetObjectCommand,
  type GetObjectCommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BUCKET, sdkRefusal, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
/** Stands still, so that conditions on times are decided by the times in the test. */
const clockMs = Date.now()
beforeAll(async () => {
  server = await startTestServer(() => clockMs)
})
afterAll(() => server.stop())

function put(Key: string, Body: string | Buffer, input: Partial<PutObjectCommandInput> = {}) {
  return server.client().send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...input }))
}

function get(Key: string, input: Partial<GetObjectCommandInput> = {}) {
  return server.client().send(new GetObjectCommand({ Bucket: BUCKET, Key, ...input }))
}

async function text(Key: string, input: Partial<GetObjectCommandInput> = {}) {
  return (await get(Key, input)).Body?.transformToString()
}

describe('ranges', () => {
  beforeAll(() => put('digits', '0123456789'))

  it.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ['bytes=5-99', '56789', 'bytes 5-9/10'],
  ])('%s give %s', async (Range, expected, ContentRange) => {
    const answer = await get('digits', { Range })
    expect(answer).toMatchObject({ ContentRange, ContentLength: expected.length, $metadata: { httpStatusCode: 206 } })
    expect(await answer.Body?.transformToString()).toBe(expected)
  })

  it.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('%s are not satisfiable', async (Range) => {
    expect(await sdkRefusal(get('digits', { Range }))).toBe('416 InvalidRange')
  })

  it.each(['bytes=4-2', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=-'])('%s are ignored', async (Range) => {
    expect(await text('digits', { Range })).toBe('0123456789')
  })

  it('are ignored when If-Range names another version', async () => {
    const url = await getSignedUrl(server.client(), new GetObjectCommand({ Bucket: BUCKET, Key: 'digits' }))
    const read = async (ifRange: string) =>
      (await fetch(url, { headers: { range: 'bytes=0-1', 'if-range': ifRange } })).text()
    const { ETag = '' } = await get('digits')
    expect(await read(ETag)).toBe('01')
    expect(await read('"other"')).toBe('0123456789')
  })
})

describe('conditions', () => {
  const past = () => new Date(clockMs - 60_000)
  const future = () => new Date(clockMs + 60_000)
  let etag = ''
  beforeEach(async () => {
    etag = (await put('guarded', 'first')).ETag ?? ''
  })

  it('decide whether GET answers', async () => {
    expect(await sdkRefusal(get('guarded', { IfMatch: etag }))).toBe('accepted')
    expect(await sdkRefusal(get('guarded', { IfMatch: '"other"' }))).toBe('412 PreconditionFailed')
    expect(await sdkRefusal(get('guarded', { IfNoneMatch: '"other"' }))).toBe('accepted')
    expect(await sdkRefusal(get('guarded', { IfNoneMatch: etag }))).toContain('304')
    expect(await sdkRefusal(get('guarded', { IfModifiedSince: past() }))).toBe('accepted')
    expect(await sdkRefusal(get('guarded', { IfModifiedSince: new Date(clockMs) }))).toContain('304')
    expect(await sdkRefusal(get('guarded', { IfUnmodifiedSince: past() }))).toBe('412 PreconditionFailed')
    expect(await sdkRefusal(get('guarded', { IfUnmodifiedSince: past(), IfMatch: etag }))).toBe('accepted')
    expect(await sdkRefusal(get('guarded', { IfModifiedSince: future(), IfNoneMatch: '"other"' }))).toBe('accepted')
  })

  it('decide whether PUT replaces', async () => {
    expect(await sdkRefusal(put('guarded', 'second', { IfNoneMatch: '*' }))).toBe('412 PreconditionFailed')
    expect(await sdkRefusal(put('guarded', 'second', { IfMatch: '"other"' }))).toBe('412 PreconditionFailed')
    expect(await text('guarded')).toBe('first')
    expect(await sdkRefusal(put('guarded', 'second', { IfMatch: etag }))).toBe('accepted')
    expect(await sdkRefusal(put('guarded', 'third', { IfMatch: etag }))).toBe('412 PreconditionFailed')
    expect(await sdkRefusal(put('guarded-new', 'x', { IfMatch: '*' }))).toBe('412 PreconditionFailed')
    expect(await text('guarded')).toBe('second')
  })

  it('let exactly one of many creators win', async () => {
    const attempts = Array.from({ length: 10 }, (_, index) =>
      sdkRefusal(put('created-once', String(index), { IfNoneMatch: '*' })),
    )
    const outcomes = await Promise.all(attempts)
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === '412 PreconditionFailed')).toHaveLength(9)
    expect(await text('created-once')).toBe(String(outcomes.indexOf('accepted')))
  })
})
