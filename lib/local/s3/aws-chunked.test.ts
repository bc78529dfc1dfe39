import { createHash, createHmac } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { BUCKET, SECRET, sdkRefusal, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())
afterEach(async () => {
  await vi.waitFor(async () => expect(await readdir(join(server.dataDir, 'partial'))).toEqual([]))
})

async function stored(key: string): Promise<Buffer> {
  const answer = await server.client().send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? [])
}

function isStored(key: string): Promise<boolean> {
  return sdkRefusal(server.client().send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }))).then(
    (it) => it === 'accepted',
  )
}

describe('aws-chunked bodies', () => {
  it('are refused when the trailer is that of other bytes', async () => {
    expect(await putUnsigned([`${hex(5)}\r\nhello\r\n`, '0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n'], 5)).toBe(400)
  })

  it('are stored when everything agrees, however the bytes arrive', async () => {
    const crc = Buffer.alloc(4)
    crc.writeUInt32BE(crc32('hello world'))
    const body = `6\r\nhello \r\n5\r\nworld\r\n0\r\nx-amz-checksum-crc32:${crc.toString('base64')}\r\n\r\n`
    expect(await putUnsigned([...body], 11)).toBe(200)
    expect((await stored('chunks')).toString()).toBe('hello world')
  })

  it.each([
    ['without the closing chunk', '5\r\nhello\r\n', 5],
    ['without the announced trailer', '5\r\nhello\r\n0\r\n\r\n', 5],
    ['with fewer bytes than announced', '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 6],
    ['with more bytes than announced', '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 4],
    ['with a chunk longer than it says', '4\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 5],
  ])('are refused %s', async (_, body, decodedLength) => {
    expect(await putUnsigned([body], decodedLength)).toBe(400)
  })

  it('with signed chunks are stored, and refused when one was changed', async () => {
    expect(await putSigned('signed-chunks', (chunk) => chunk)).toBe(200)
    expect((await stored('signed-chunks')).toString()).toBe('first,second')
    expect(await putSigned('forged-chunks', (chunk) => chunk.replace('second', 'forged'))).toBe(403)
    expect(await isStored('forged-chunks')).toBe(false)
  })

  it('with signed chunks are refused without the signed closing chunk', async () => {
    expect(await putSigned('endless', (chunk) => (chunk.startsWith('0;') ? '' : chunk))).toBe(400)
    expect(await isStored('endless')).toBe(false)
  })
})

function hex(size: number): string {
  return size.toString(16)
}

/** An upload with unsigned chunks and a CRC32 trailer, sent in the given pieces. */
async function putUnsigned(pieces: string[], decodedLength: number): Promise<number> {
  return send(
    'chunks',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    decodedLength,
    { 'x-amz-trailer': 'x-amz-checksum-crc32' },
    () => pieces,
  )
}

async function putSigned(key: string, change: (chunk: string) => string): Promise<number> {
  return send(key, 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 12, {}, (signing) => {
    let previous = signing.signature
    return ['first,', 'second', ''].map((data) => {
      const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
      const lines = ['AWS4-HMAC-SHA256-PAYLOAD', signing.amzDate, signing.scope, previous, sha256(''), sha256(data)]
      previous = createHmac('sha256', signing.key).update(lines.join('\n')).digest('hex')
      return change(`${hex(data.length)};chunk-signature=${previous}\r\n${data}\r\n`)
    })
  })
}

type Signing = { key: Buffer; amzDate: string; scope: string; signature: string }

/** Signs the headers of an aws-chunked upload from the specification alone, for what the SDK never sends. */
async function send(
  key: string,
  payload: string,
  decodedLength: number,
  extra: Record<string, string>,
  pieces: (signing: Signing) => string[],
): Promise<number> {
  const amzDate = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = `${amzDate.slice(0, 8)}/auto/s3/aws4_request`
  const headers: Record<string, string> = {
    'content-encoding': 'aws-chunked',
    host: new URL(server.url).host,
    'x-amz-content-sha256': payload,
    'x-amz-date': amzDate,
    'x-amz-decoded-content-length': String(decodedLength),
    ...extra,
  }
  const names = Object.keys(headers).sort()
  const canonical = [
    'PUT',
    `/${BUCKET}/${key}`,
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    payload,
  ]
  const hashed = createHash('sha256').update(canonical.join('\n')).digest('hex')
  const hmac = (secret: string | Buffer, data: string) => createHmac('sha256', secret).update(data).digest()
  const signingKey = hmac(hmac(hmac(hmac(`AWS4${SECRET}`, amzDate.slice(0, 8)), 'auto'), 's3'), 'aws4_request')
  const signature = hmac(signingKey, ['AWS4-HMAC-SHA256', amzDate, scope, hashed].join('\n')).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=test-key/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${server.url}/${BUCKET}/${key}`,
      { method: 'PUT', headers: { ...headers, authorization } },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    outgoing.on('error', reject)
    for (const piece of pieces({ key: signingKey, amzDate, scope, signature })) outgoing.write(piece)
    outgoing.end()
  })
}
