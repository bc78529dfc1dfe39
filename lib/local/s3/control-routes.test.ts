import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { APP_ORIGIN, BUCKET, refusal, sdkRefusal, startTestServer, type TestServer } from './testing/test-server.ts'

const BYTES = Buffer.alloc(300_000, 'b')

let server: TestServer
let getUrl = ''
beforeAll(async () => {
  server = await startTestServer()
  const client = server.client()
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'raw/clip', Body: BYTES, ContentType: 'video/mp4' }))
  getUrl = await getSignedUrl(client, new GetObjectCommand({ Bucket: BUCKET, Key: 'raw/clip' }))
})
beforeEach(() => control('DELETE', 'faults'))
afterAll(() => server.stop())

function control(method: string, path: string, body?: unknown, headers = {}): Promise<Response> {
  return fetch(`${server.url}/_local/${path}`, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  })
}

async function arrange(fault: unknown): Promise<void> {
  expect((await control('POST', 'faults', fault)).status).toBe(201)
}

/** What a client sees: the status and the bytes it got, or that the connection broke. */
async function download(url = getUrl): Promise<string> {
  try {
    const answer = await fetch(url)
    return `${answer.status} ${(await answer.arrayBuffer()).byteLength}`
  } catch {
    return 'broken'
  }
}

function upload(url: string): Promise<string> {
  return refusal(fetch(url, { method: 'PUT', body: new Uint8Array(BYTES) })).catch(() => 'broken')
}

function presignPut(Key: string): Promise<string> {
  return getSignedUrl(server.client(), new PutObjectCommand({ Bucket: BUCKET, Key }))
}

describe('faults', () => {
  it('answer with a status as often as asked, then stop', async () => {
    await arrange({ action: 'status', times: 2 })
    expect(await refusal(fetch(getUrl))).toBe('503 ServiceUnavailable')
    expect(await refusal(fetch(getUrl))).toBe('503 ServiceUnavailable')
    expect(await download()).toBe(`200 ${BYTES.length}`)
  })

  it('are retried away by the SDK', async () => {
    await arrange({ action: 'status', status: 500, times: 2 })
    const client = server.client({ maxAttempts: 3 })
    const head = await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'raw/clip' }))
    expect(head.$metadata.attempts).toBe(3)
  })

  it('hit only the method and key prefix they name', async () => {
    await arrange({ match: { method: 'PUT', key_prefix: 'results/' }, action: 'status', status: 429, times: 1 })
    expect(await download()).toBe(`200 ${BYTES.length}`)
    expect(await upload(await presignPut('raw/other'))).toBe('accepted')
    expect(await upload(await presignPut('results/one'))).toBe('429 TooManyRequests')
    expect(await upload(await presignPut('results/one'))).toBe('accepted')
  })

  it('hit only the part they name', async () => {
    await arrange({ match: { part_number: 2 }, action: 'status', times: 1 })
    const UploadId = '00000000-0000-4000-8000-000000000000'
    const part = async (PartNumber: number) =>
      upload(
        await getSignedUrl(
          server.client(),
          new UploadPartCommand({ Bucket: BUCKET, Key: 'parts', UploadId, PartNumber }),
        ),
      )
    expect(await part(1)).toBe('404 NoSuchUpload')
    expect(await part(2)).toBe('503 ServiceUnavailable')
  })

  it('break the connection', async () => {
    await arrange({ action: 'drop', times: 2 })
    expect(await download()).toBe('broken')
    expect(await upload(await presignPut('dropped'))).toBe('broken')
    expect(await download()).toBe(`200 ${BYTES.length}`)
  })

  it('cut a download off halfway', async () => {
    await arrange({ match: { method: 'GET' }, action: 'truncate', times: 1 })
    const received = await new Promise<{ announced: number; bytes: number; complete: boolean }>((resolve) => {
      request(getUrl, (response) => {
        let bytes = 0
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
        })
        const finish = () =>
          resolve({ announced: Number(response.headers['content-length']), bytes, complete: response.complete })
        response.on('error', finish).on('end', finish)
      }).end()
    })
    expect(received).toEqual({ announced: BYTES.length, bytes: BYTES.length / 2, complete: false })
  })

  it('cut an upload off halfway, and nothing is stored', async () => {
    await arrange({ match: { method: 'PUT' }, action: 'truncate', times: 1 })
    expect(await upload(await presignPut('half'))).toBe('broken')
    expect(await sdkRefusal(server.client().send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'half' })))).toBe(
      '404 NotFound',
    )
    await vi.waitFor(async () => expect(await readdir(join(server.dataDir, 'partial'))).toEqual([]))
  })

  it('delay an answer that is otherwise right', async () => {
    await arrange({ action: 'delay', delay_ms: 150, times: 1 })
    const before = performance.now()
    expect(await download()).toBe(`200 ${BYTES.length}`)
    expect(performance.now() - before).toBeGreaterThan(140)
  })

  it('can be listed and taken back', async () => {
    await arrange({ action: 'drop', times: 9 })
    const { faults } = (await (await control('GET', 'faults')).json()) as { faults: unknown[] }
    expect(faults).toEqual([{ match: {}, action: 'drop', status: 503, times: 9 }])
    expect((await control('DELETE', 'faults')).status).toBe(204)
    expect(await download()).toBe(`200 ${BYTES.length}`)
  })

  it.each([
    [{ action: 'explode', times: 1 }],
    [{ action: 'drop' }],
    [{ action: 'drop', times: 0 }],
    [{ action: 'delay', times: 1 }],
    [{ action: 'drop', times: 1, match: { key: 'misspelt' } }],
    ['not an object'],
  ])('that make no sense are refused: %j', async (fault) => {
    expect((await control('POST', 'faults', fault)).status).toBe(400)
  })

  it('are not used up by requests nobody signed', async () => {
    await arrange({ action: 'status', times: 1 })
    expect(await refusal(fetch(`${server.url}/${BUCKET}/raw/clip`))).toBe('401 Unauthorized')
    expect(await refusal(fetch(getUrl))).toBe('503 ServiceUnavailable')
  })
})

describe('objects behind the back of the application', () => {
  it('change bytes and ETag but not the type', async () => {
    const client = server.client()
    const location = { Bucket: BUCKET, Key: 'swap/me & <you>' }
    const { ETag } = await client.send(new PutObjectCommand({ ...location, Body: 'before', ContentType: 'video/mp4' }))
    const answer = await fetch(`${server.url}/_local/objects/${encodeURIComponent(location.Key)}`, {
      method: 'PUT',
      body: 'after',
    })
    expect(await answer.json()).toMatchObject({ key: location.Key, size: 5 })
    const swapped = await client.send(new GetObjectCommand(location))
    expect(await swapped.Body?.transformToString()).toBe('after')
    expect(swapped.ContentType).toBe('video/mp4')
    expect(swapped.ETag).not.toBe(ETag)
    expect(await sdkRefusal(client.send(new GetObjectCommand({ ...location, IfMatch: ETag })))).toBe(
      '412 PreconditionFailed',
    )
  })

  it('are listed by prefix', async () => {
    await server
      .client()
      .send(new PutObjectCommand({ Bucket: BUCKET, Key: 'listed/b', Body: 'xy', Metadata: { a: '1' } }))
    const { objects } = (await (await control('GET', 'objects?prefix=listed/')).json()) as { objects: unknown[] }
    expect(objects).toMatchObject([{ key: 'listed/b', size: 2, headers: { 'x-amz-meta-a': '1' } }])
  })
})

describe('the control endpoints', () => {
  it('do not answer a page in a browser', async () => {
    const answer = await control('POST', 'faults', { action: 'drop', times: 1 }, { origin: APP_ORIGIN })
    expect(answer.status).toBe(403)
    expect(await download()).toBe(`200 ${BYTES.length}`)
  })

  it('do not answer to a name that was made to resolve to loopback', async () => {
    const status = await new Promise((resolve) => {
      request(`${server.url}/_local/objects`, { headers: { host: 'rebound.example' } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).end()
    })
    expect(status).toBe(403)
  })

  it('are 404 where there are none', async () => {
    expect((await control('GET', 'nothing')).status).toBe(404)
  })
})
