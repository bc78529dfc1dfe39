import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUCKET, refusal, sdkRefusal, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
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

describe('objects', () => {
  it('come back with their bytes, type, metadata and MD5 as ETag', async () => {
    const headers = {
      ContentType: 'video/mp4',
      CacheControl: 'no-store',
      ContentEncoding: 'gzip',
      Metadata: { owner: 'ann' },
    }
    await put('clip', 'hello', headers)
    const answer = await get('clip')
    expect(answer).toMatchObject({ ...headers, ContentLength: 5, ETag: '"5d41402abc4b2a76b9719d911017c592"' })
    expect(await answer.Body?.transformToString()).toBe('hello')
    const head = await server.client().send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'clip' }))
    expect(head).toMatchObject({ ...headers, ContentLength: 5, ETag: '"5d41402abc4b2a76b9719d911017c592"' })
  })

  it('may be empty', async () => {
    await put('empty', Buffer.alloc(0))
    expect(await get('empty')).toMatchObject({ ContentLength: 0, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' })
  })

  it('that do not exist are 404 for GET and HEAD, and may be deleted', async () => {
    const missing = { Bucket: BUCKET, Key: 'missing' }
    expect(await sdkRefusal(server.client().send(new GetObjectCommand(missing)))).toBe('404 NoSuchKey')
    expect(await sdkRefusal(server.client().send(new HeadObjectCommand(missing)))).toBe('404 NotFound')
    expect(await sdkRefusal(server.client().send(new DeleteObjectCommand(missing)))).toBe('accepted')
  })

  it('are gone once deleted, with their bytes', async () => {
    const before = (await readdir(join(server.dataDir, 'blobs'))).length
    await put('short-lived', 'x')
    await server.client().send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'short-lived' }))
    expect(await sdkRefusal(get('short-lived'))).toBe('404 NoSuchKey')
    expect(await readdir(join(server.dataDir, 'blobs'))).toHaveLength(before)
  })

  it('in another bucket do not exist', async () => {
    expect(await sdkRefusal(server.client().send(new GetObjectCommand({ Bucket: 'other', Key: 'clip' })))).toBe(
      '404 NoSuchBucket',
    )
    expect(await sdkRefusal(server.client().send(new HeadBucketCommand({ Bucket: BUCKET })))).toBe('accepted')
  })

  it('with unsupported features are refused, not stored without them', async () => {
    expect(await sdkRefusal(put('acl', 'x', { ACL: 'public-read' }))).toBe('501 NotImplemented')
    expect(await sdkRefusal(put('tags', 'x', { Tagging: 'a=b' }))).toBe('501 NotImplemented')
    expect(await sdkRefusal(put('meta', 'x', { Metadata: { long: 'm'.repeat(8190) } }))).toBe('400 MetadataTooLarge')
    expect(await sdkRefusal(get('acl'))).toBe('404 NoSuchKey')
    await put('plain', 'x')
    const tags = server.client().send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key: 'plain' }))
    expect(await sdkRefusal(tags)).toBe('501 NotImplemented')
  })

  it.each([
    '../../escape',
    '/leading/slash',
    'a/./b/../c//d/',
    'a%2Fb%00c',
    'line\nbreak\tand\u0001control',
    'ä+(x)\'!*&<>"?#=;@:,$ 日本.mp4',
    '\u{1F3D0}'.repeat(256),
    '.',
    'CON',
  ])('may be called %j', async (key) => {
    await put(key, key)
    expect(await text(key)).toBe(key)
    const listed = await server
      .client()
      .send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: key, EncodingType: 'url' }))
    expect(listed.Contents?.map(({ Key }) => decodeURIComponent(Key ?? ''))).toContain(key)
    const presigned = await getSignedUrl(server.client(), new GetObjectCommand({ Bucket: BUCKET, Key: key }))
    // WHATWG URL parsing removes dot segments before the request is made; the SDK sends them as they are.
    if (!/(^|\/)\.\.?(\/|$)/.test(key)) expect(await refusal(fetch(presigned))).toBe('accepted')
  })

  it('never write outside the data directory', async () => {
    await put('../../../../escape', 'x')
    await put('..%2f..%2fescape', 'x')
    const entries = await readdir(server.dataDir)
    expect(entries.sort()).toEqual(['blobs', 'objects', 'partial', 'uploads'])
    await expect(stat(join(server.dataDir, '..', 'escape'))).rejects.toThrow('ENOENT')
  })

  it('with keys over 1,024 bytes are refused', async () => {
    expect(await sdkRefusal(put('é'.repeat(513), 'x'))).toBe('400 InvalidObjectName')
  })

  it('overwritten by many at once are one of the writes, whole', async () => {
    const bodies = Array.from({ length: 12 }, (_, index) => Buffer.alloc(100_000, index + 65))
    await Promise.all(bodies.map((body) => put('contended', body)))
    const stored = Buffer.from((await text('contended')) ?? '')
    expect(bodies.filter((body) => body.equals(stored))).toHaveLength(1)
  })

  it('overwritten leave no bytes of the old version', async () => {
    await put('rewritten', 'old')
    const before = await readdir(join(server.dataDir, 'blobs'))
    await put('rewritten', 'new')
    const after = await readdir(join(server.dataDir, 'blobs'))
    expect(after).toHaveLength(before.length)
    expect(after).not.toEqual(before)
  })
})

describe('response overrides', () => {
  it('change the type and the file name of a download', async () => {
    await put('named', 'x', { ContentType: 'video/mp4' })
    const command = new GetObjectCommand({
      Bucket: BUCKET,
      Key: 'named',
      ResponseContentDisposition: 'attachment; filename="a b – ü.mp4"',
      ResponseContentType: 'application/x-clip',
    })
    const { headers } = await fetch(await getSignedUrl(server.client(), command))
    expect(headers.get('content-type')).toBe('application/x-clip')
    const disposition = Buffer.from(headers.get('content-disposition') ?? '', 'latin1').toString('utf8')
    expect(disposition).toBe('attachment; filename="a b – ü.mp4"')
  })

  it('cannot smuggle in another header', async () => {
    await put('named', 'x')
    const command = new GetObjectCommand({
      Bucket: BUCKET,
      Key: 'named',
      ResponseContentType: 'text/plain\r\nx-evil: 1',
    })
    expect(await refusal(fetch(await getSignedUrl(server.client(), command)))).toBe('400 InvalidArgument')
  })
})

describe('copies', () => {
  const copy = (Key: string, source: string, input = {}) =>
    server
      .client()
      .send(
        new CopyObjectCommand({ Bucket: BUCKET, Key, CopySource: `${BUCKET}/${encodeURIComponent(source)}`, ...input }),
      )

  it('carry bytes and metadata, and outlive their source', async () => {
    await put('källa +1', 'original', { ContentType: 'text/x-source', Metadata: { a: '1' } })
    const { CopyObjectResult } = await copy('copy', 'källa +1')
    await server.client().send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'källa +1' }))
    const answer = await get('copy')
    expect(answer).toMatchObject({ ContentType: 'text/x-source', Metadata: { a: '1' }, ETag: CopyObjectResult?.ETag })
    expect(await answer.Body?.transformToString()).toBe('original')
  })

  it('may replace the metadata, and only then copy onto themselves', async () => {
    await put('self', 'x', { ContentType: 'text/x-old' })
    expect(await sdkRefusal(copy('self', 'self'))).toBe('400 InvalidRequest')
    await copy('self', 'self', { MetadataDirective: 'REPLACE', ContentType: 'text/x-new' })
    expect(await get('self')).toMatchObject({ ContentType: 'text/x-new', ContentLength: 1 })
  })

  it('of what is missing, in another bucket or changed are refused', async () => {
    await put('source', 'x')
    expect(await sdkRefusal(copy('copy', 'nowhere'))).toBe('404 NoSuchKey')
    expect(await sdkRefusal(copy('copy', 'x', { CopySource: 'other/x' }))).toBe('404 NoSuchBucket')
    expect(await sdkRefusal(copy('copy', 'source', { CopySourceIfMatch: '"other"' }))).toBe('412 PreconditionFailed')
  })
})
