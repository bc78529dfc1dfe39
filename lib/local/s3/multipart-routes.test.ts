import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { BUCKET, rawPut, refusal, sdkRefusal, startTestServer, type TestServer } from './testing/test-server.ts'

const MIB = 2 ** 20
const DAY_MS = 24 * 3_600_000
const PART = Buffer.alloc(5 * MIB, 'p')
const TAIL = Buffer.from('the tail')

let server: TestServer
let client: S3Client
let clockOffsetMs = 0
beforeAll(async () => {
  server = await startTestServer(() => Date.now() + clockOffsetMs)
  client = server.client()
})
beforeEach(() => {
  clockOffsetMs = 0
})
afterAll(() => server.stop())

async function begin(Key: string): Promise<string> {
  const { UploadId = '' } = await client.send(
    new CreateMultipartUploadCommand({ Bucket: BUCKET, Key, ContentType: 'video/mp4' }),
  )
  return UploadId
}

/** As a browser does it: presigned, with nothing but the bytes. */
async function sendPart(
  Key: string,
  UploadId: string,
  PartNumber: number,
  body: Buffer,
): Promise<{ PartNumber: number; ETag: string }> {
  const url = await getSignedUrl(client, new UploadPartCommand({ Bucket: BUCKET, Key, UploadId, PartNumber }))
  const answer = await fetch(url, { method: 'PUT', body: new Uint8Array(body) })
  expect(answer.status).toBe(200)
  return { PartNumber, ETag: answer.headers.get('etag') ?? '' }
}

type Parts = NonNullable<CompleteMultipartUploadCommandInput['MultipartUpload']>['Parts']

function complete(Key: string, UploadId: string, Parts: Parts, input = {}) {
  return client.send(
    new CompleteMultipartUploadCommand({ Bucket: BUCKET, Key, UploadId, MultipartUpload: { Parts }, ...input }),
  )
}

/** Uploads parts of these sizes and says how completing them ends. */
async function outcomeOf(sizes: number[]): Promise<string> {
  const UploadId = await begin('sized')
  const parts = []
  for (const [index, size] of sizes.entries())
    parts.push(await sendPart('sized', UploadId, index + 1, Buffer.alloc(size)))
  const outcome = await sdkRefusal(complete('sized', UploadId, parts))
  if (outcome !== 'accepted')
    await client.send(new AbortMultipartUploadCommand({ Bucket: BUCKET, Key: 'sized', UploadId }))
  return outcome
}

async function read(Key: string, Range?: string): Promise<Buffer> {
  const answer = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key, Range }))
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? [])
}

function blobCount(): Promise<number> {
  return readdir(join(server.dataDir, 'blobs')).then((names) => names.length)
}

describe('a completed upload', () => {
  it('is its parts in order, whatever order and however parallel they came in', async () => {
    const UploadId = await begin('film')
    const bodies = [Buffer.alloc(5 * MIB, 'a'), Buffer.alloc(5 * MIB, 'b'), Buffer.alloc(5 * MIB, 'c'), TAIL]
    const sent = await Promise.all(
      [3, 2, 1, 0].map((index) => sendPart('film', UploadId, index + 1, bodies[index] ?? TAIL)),
    )
    const parts = sent.sort((left, right) => left.PartNumber - right.PartNumber)
    const { ETag } = await complete('film', UploadId, parts)
    const whole = Buffer.concat(bodies)
    expect((await read('film')).equals(whole)).toBe(true)
    const md5s = Buffer.concat(bodies.map((body) => createHash('md5').update(body).digest()))
    expect(ETag).toBe(`"${createHash('md5').update(md5s).digest('hex')}-4"`)
    const head = await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'film' }))
    expect(head).toMatchObject({ ETag, ContentLength: whole.length, ContentType: 'video/mp4' })
    const edge = 5 * MIB
    expect((await read('film', `bytes=${edge - 2}-${edge + 1}`)).toString()).toBe('aabb')
    expect((await read('film', 'bytes=-10')).equals(whole.subarray(-10))).toBe(true)
  })

  it('stays whole for a reader while it is replaced', async () => {
    const UploadId = await begin('replaced')
    const parts = []
    for (const number of [1, 2, 3, 4]) parts.push(await sendPart('replaced', UploadId, number, PART))
    await complete('replaced', UploadId, parts)
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'replaced' }))
    const blobs = await blobCount()
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'replaced', Body: 'new' }))
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? [])
    expect(bytes.equals(Buffer.concat([PART, PART, PART, PART]))).toBe(true)
    expect((await read('replaced')).toString()).toBe('new')
    await vi.waitFor(async () => expect(await blobCount()).toBe(blobs - 4 + 1))
  })

  it('may be copied, and the copy has the MD5 of its bytes', async () => {
    const UploadId = await begin('to-copy')
    const parts = [await sendPart('to-copy', UploadId, 1, PART), await sendPart('to-copy', UploadId, 2, TAIL)]
    await complete('to-copy', UploadId, parts)
    const answer = await client.send(
      new CopyObjectCommand({ Bucket: BUCKET, Key: 'copied', CopySource: `${BUCKET}/to-copy` }),
    )
    const whole = Buffer.concat([PART, TAIL])
    expect(answer.CopyObjectResult?.ETag).toBe(`"${createHash('md5').update(whole).digest('hex')}"`)
    expect((await read('copied')).equals(whole)).toBe(true)
  })

  it('works with the default checksums of the SDK', async () => {
    const standard = server.defaultClient()
    const { UploadId = '' } = await standard.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: 'summed' }))
    const input = { Bucket: BUCKET, Key: 'summed', UploadId, PartNumber: 1 }
    const { ETag, ChecksumCRC32 } = await standard.send(new UploadPartCommand({ ...input, Body: TAIL }))
    expect(ChecksumCRC32).toMatch(/^[\w+/]{6}==$/)
    const wrong = [{ PartNumber: 1, ETag, ChecksumCRC32: 'AAAAAA==' }]
    expect(await sdkRefusal(complete('summed', UploadId, wrong))).toBe('400 InvalidPart')
    await complete('summed', UploadId, [{ PartNumber: 1, ETag, ChecksumCRC32 }])
    expect((await read('summed')).equals(TAIL)).toBe(true)
  })

  it('takes the last upload of a part, and leaves no bytes of unused parts', async () => {
    const before = await blobCount()
    const UploadId = await begin('redone')
    const first = await sendPart('redone', UploadId, 1, Buffer.from('first try'))
    const second = await sendPart('redone', UploadId, 1, Buffer.from('second try'))
    await sendPart('redone', UploadId, 2, Buffer.from('never named'))
    expect(await sdkRefusal(complete('redone', UploadId, [first]))).toBe('400 InvalidPart')
    await complete('redone', UploadId, [second])
    expect((await read('redone')).toString()).toBe('second try')
    expect(await blobCount()).toBe(before + 1)
  })

  it('keeps to its conditions, and stays open when they fail', async () => {
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'taken', Body: 'x' }))
    const UploadId = await begin('taken')
    const parts = [await sendPart('taken', UploadId, 1, TAIL)]
    expect(await sdkRefusal(complete('taken', UploadId, parts, { IfNoneMatch: '*' }))).toBe('412 PreconditionFailed')
    await complete('taken', UploadId, parts)
    expect((await read('taken')).equals(TAIL)).toBe(true)
  })
})

describe('completing is refused', () => {
  it.each([
    ['a part but the last is under 5 MiB', [5 * MIB - 1, 10], '400 EntityTooSmall'],
    ['parts but the last differ', [5 * MIB, 6 * MIB, 10], '400 InvalidPart'],
    ['the last part is larger than the others', [5 * MIB, 5 * MIB + 1], '400 InvalidPart'],
  ])('when %s', async (_, sizes, expected) => {
    expect(await outcomeOf(sizes)).toBe(expected)
  })

  it('for no reason when all parts but the last are equal, the last not larger', async () => {
    expect(await outcomeOf([5 * MIB, 5 * MIB, 1])).toBe('accepted')
    expect(await outcomeOf([5 * MIB, 5 * MIB])).toBe('accepted')
    expect(await outcomeOf([1])).toBe('accepted')
  })

  it('when the list is out of order, repeated, wrong, unknown or empty', async () => {
    const UploadId = await begin('listed')
    const one = await sendPart('listed', UploadId, 1, PART)
    const two = await sendPart('listed', UploadId, 2, TAIL)
    expect(await sdkRefusal(complete('listed', UploadId, [two, one]))).toBe('400 InvalidPartOrder')
    expect(await sdkRefusal(complete('listed', UploadId, [one, one]))).toBe('400 InvalidPartOrder')
    expect(await sdkRefusal(complete('listed', UploadId, [one, { ...two, ETag: one.ETag }]))).toBe('400 InvalidPart')
    expect(await sdkRefusal(complete('listed', UploadId, [one, { ...two, PartNumber: 3 }]))).toBe('400 InvalidPart')
    expect(await sdkRefusal(complete('listed', UploadId, []))).toBe('400 MalformedXML')
    expect(await sdkRefusal(complete('listed', UploadId, [one, two]))).toBe('accepted')
    expect(await sdkRefusal(complete('listed', UploadId, [one, two]))).toBe('404 NoSuchUpload')
  })

  it('for another key than the upload was begun for', async () => {
    const UploadId = await begin('mine')
    const part = await sendPart('mine', UploadId, 1, TAIL)
    expect(await sdkRefusal(complete('yours', UploadId, [part]))).toBe('404 NoSuchUpload')
  })
})

describe('parts', () => {
  it('have numbers from 1 to 10,000', async () => {
    const UploadId = await begin('numbered')
    const send = (PartNumber: number) =>
      sdkRefusal(
        client.send(new UploadPartCommand({ Bucket: BUCKET, Key: 'numbered', UploadId, PartNumber, Body: TAIL })),
      )
    expect(await send(0)).toBe('400 InvalidArgument')
    expect(await send(10_001)).toBe('400 InvalidArgument')
    expect(await send(10_000)).toBe('accepted')
  })

  it('are listed in order, page by page', async () => {
    const UploadId = await begin('paged')
    const sent = []
    for (const number of [7, 3, 5]) sent.push(await sendPart('paged', UploadId, number, Buffer.alloc(number)))
    const list = (input: object) =>
      client.send(new ListPartsCommand({ Bucket: BUCKET, Key: 'paged', UploadId, ...input }))
    const first = await list({ MaxParts: 2 })
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '5', MaxParts: 2 })
    expect(first.Parts).toMatchObject([
      { PartNumber: 3, Size: 3 },
      { PartNumber: 5, Size: 5 },
    ])
    const rest = await list({ MaxParts: 2, PartNumberMarker: first.NextPartNumberMarker })
    expect(rest.IsTruncated).toBe(false)
    expect(rest.Parts).toMatchObject([{ PartNumber: 7, Size: 7, ETag: sent[0]?.ETag }])
  })

  it('cut off on the way do not count', async () => {
    const UploadId = await begin('cut')
    const url = await getSignedUrl(
      client,
      new UploadPartCommand({ Bucket: BUCKET, Key: 'cut', UploadId, PartNumber: 1 }),
    )
    expect(await rawPut(url, { 'content-length': String(PART.length) }, PART, MIB)).toBe(0)
    const { Parts } = await client.send(new ListPartsCommand({ Bucket: BUCKET, Key: 'cut', UploadId }))
    expect(Parts ?? []).toEqual([])
  })
})

describe('an upload nobody completes', () => {
  it('is gone with its bytes once aborted', async () => {
    const before = await blobCount()
    const UploadId = await begin('aborted')
    const part = await sendPart('aborted', UploadId, 1, TAIL)
    expect(await blobCount()).toBe(before + 1)
    await client.send(new AbortMultipartUploadCommand({ Bucket: BUCKET, Key: 'aborted', UploadId }))
    expect(await blobCount()).toBe(before)
    expect(await sdkRefusal(complete('aborted', UploadId, [part]))).toBe('404 NoSuchUpload')
    const url = await getSignedUrl(
      client,
      new UploadPartCommand({ Bucket: BUCKET, Key: 'aborted', UploadId, PartNumber: 2 }),
    )
    expect(await refusal(fetch(url, { method: 'PUT', body: 'x' }))).toBe('404 NoSuchUpload')
  })

  it('is dropped after seven days', async () => {
    const UploadId = await begin('forgotten')
    await sendPart('forgotten', UploadId, 1, TAIL)
    const openUploads = async (sdk: S3Client) => {
      const { Uploads } = await sdk.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: 'forgotten' }))
      return Uploads?.map((upload) => upload.UploadId)
    }
    expect(await openUploads(client)).toEqual([UploadId])
    clockOffsetMs = 7 * DAY_MS + 1000
    // Made anew for each call, for a client sets its clock by the answers it gets.
    const later = () => server.client({ systemClockOffset: clockOffsetMs })
    const input = { Bucket: BUCKET, Key: 'forgotten', UploadId, PartNumber: 2, Body: TAIL }
    expect(await openUploads(later())).toBeUndefined()
    expect(await sdkRefusal(later().send(new UploadPartCommand(input)))).toBe('404 NoSuchUpload')
    await server.restart()
    client = server.client()
    expect(await readdir(join(server.dataDir, 'uploads'))).not.toContain(UploadId)
  })

  it('is listed by key, page by page', async () => {
    for (const key of ['open/b', 'open/a', 'open/c']) await begin(key)
    const list = (input: object) =>
      client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: 'open/', ...input }))
    const first = await list({ MaxUploads: 2 })
    expect(first.Uploads?.map(({ Key }) => Key)).toEqual(['open/a', 'open/b'])
    const rest = await list({ KeyMarker: first.NextKeyMarker, UploadIdMarker: first.NextUploadIdMarker })
    expect(rest.Uploads?.map(({ Key }) => Key)).toEqual(['open/c'])
    expect(rest.IsTruncated).toBe(false)
  })
})
