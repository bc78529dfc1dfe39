import { createHash } from 'node:crypto'
import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUCKET, sdkRefusal, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

function md5(value: string): string {
  return createHash('md5').update(value).digest('hex')
}

function put(Key: string, Body: string | Buffer, input: Partial<PutObjectCommandInput> = {}) {
  return server.client().send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...input }))
}

describe('lists', () => {
  const list = (input: object) => server.client().send(new ListObjectsV2Command({ Bucket: BUCKET, ...input }))
  beforeAll(async () => {
    for (const name of ['b', 'a/2', 'a/1', 'c/d/1', 'ｚ', '\u{1F3D0}']) await put(`list/${name}`, name)
  })

  it('come in the order of UTF-8 bytes, page by page, without gaps or repeats', async () => {
    const keys: (string | undefined)[] = []
    let token: string | undefined
    do {
      const page = await list({ Prefix: 'list/', MaxKeys: 2, ContinuationToken: token })
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key))
      token = page.NextContinuationToken
    } while (token)
    expect(keys).toEqual(['list/a/1', 'list/a/2', 'list/b', 'list/c/d/1', 'list/ｚ', 'list/\u{1F3D0}'])
  })

  it('roll up at a delimiter, also across pages', async () => {
    const first = await list({ Prefix: 'list/', Delimiter: '/', MaxKeys: 1 })
    expect(first).toMatchObject({ CommonPrefixes: [{ Prefix: 'list/a/' }], IsTruncated: true, KeyCount: 1 })
    const rest = await list({ Prefix: 'list/', Delimiter: '/', ContinuationToken: first.NextContinuationToken })
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['list/b', 'list/ｚ', 'list/\u{1F3D0}'])
    expect(rest.CommonPrefixes).toEqual([{ Prefix: 'list/c/' }])
  })

  it('start after a key, and give size and ETag', async () => {
    const page = await list({ Prefix: 'list/', StartAfter: 'list/c/d/1', MaxKeys: 1 })
    expect(page.Contents?.[0]).toMatchObject({ Key: 'list/ｚ', Size: 3, ETag: `"${md5('ｚ')}"` })
  })

  it('refuse a token they did not give', async () => {
    expect(await sdkRefusal(list({ ContinuationToken: 'not base64url!' }))).toBe('400 InvalidArgument')
  })
})

describe('deleting many', () => {
  it.each([false, true])('removes exactly the named keys (quiet: %s)', async (Quiet) => {
    const keys = ['many/a&b', 'many/<c>', 'many/"d"', 'many/ä']
    for (const key of [...keys, 'many/kept']) await put(key, 'x')
    const Objects = [...keys, 'many/never-was'].map((Key) => ({ Key }))
    const answer = await server.client().send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects, Quiet } }))
    expect(answer.Deleted?.map(({ Key }) => Key) ?? []).toEqual(Quiet ? [] : [...keys, 'many/never-was'])
    const left = await server.client().send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'many/' }))
    expect(left.Contents?.map(({ Key }) => Key)).toEqual(['many/kept'])
  })

  it('refuses more than 1,000 keys', async () => {
    const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `k${index}` }))
    const call = server.client().send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }))
    expect(await sdkRefusal(call)).toBe('400 MalformedXML')
  })
})
