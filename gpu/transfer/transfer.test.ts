import { createHash, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { toWorkerError } from '#gpu/jobs/worker-error.ts'
import { testFolder } from '#gpu/testing/task-context.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { download } from './download.ts'
import { backoffMs, type RetryPolicy } from './retry.ts'
import { upload } from './upload.ts'

const POLICY: RetryPolicy = { tries: 3, baseMs: 1 }
const signal = new AbortController().signal

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`
}

async function body(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

const content = randomBytes(300_000)
const target = async () => join(await testFolder(), 'file')

describe('download', () => {
  it('goes on where a broken connection stopped', async () => {
    const ranges: (string | undefined)[] = []
    const url = await serve((request, response) => {
      ranges.push(request.headers.range)
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      const headers = { etag: '"v1"', 'content-length': content.length - start }
      if (start > 0)
        response.writeHead(206, {
          ...headers,
          'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
        })
      else response.writeHead(200, headers)
      const end = ranges.length < 3 ? start + 100_000 : content.length
      response.write(content.subarray(start, end), () => (end === content.length ? response.end() : response.destroy()))
    })
    const path = await target()
    expect(await download({ url, path, maxBytes: 1e6, signal, policy: { tries: 2, baseMs: 1 } })).toEqual({
      bytes: content.length,
    })
    expect(await readFile(path)).toEqual(content)
    expect(ranges[0]).toBeUndefined()
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]/.test(range ?? ''))).toBe(true)
  })

  it('starts again when the file was replaced meanwhile', async () => {
    const newer = randomBytes(50_000)
    let calls = 0
    const url = await serve((request, response) => {
      calls += 1
      if (calls === 1) {
        response.writeHead(200, { etag: '"v1"', 'content-length': content.length })
        response.write(content.subarray(0, 100_000), () => response.destroy())
        return
      }
      expect(request.headers['if-range']).toBe('"v1"')
      response.writeHead(200, { etag: '"v2"', 'content-length': newer.length }).end(newer)
    })
    const path = await target()
    await download({ url, path, maxBytes: 1e6, signal, policy: POLICY })
    expect(await readFile(path)).toEqual(newer)
  })

  /** Drops the first connection; then serves whatever range is asked for of something newer, whatever the conditions. */
  async function replacedMeanwhile(versions: readonly [Record<string, string>, Record<string, string>]) {
    const newer = randomBytes(content.length)
    const asked: { readonly range: string | undefined }[] = []
    const url = await serve((request, response) => {
      asked.push({ range: request.headers.range })
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      const [body, version] = asked.length === 1 ? [content, versions[0]] : [newer, versions[1]]
      const range = { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` }
      const headers = { ...version, 'content-length': body.length - start, ...(start > 0 ? range : {}) }
      response.writeHead(start > 0 ? 206 : 200, headers)
      if (asked.length === 1) response.write(body.subarray(0, 100_000), () => response.destroy())
      else response.end(body.subarray(start))
    })
    const path = await target()
    await download({ url, path, maxBytes: 1e6, signal, policy: POLICY })
    expect(await readFile(path)).toEqual(newer)
    return asked
  }
  const date = new Date().toUTCString()

  it.each([
    ['nothing', {}],
    ['a weak ETag', { etag: 'W/"v1"' }],
    ['a weak ETag and a date', { etag: 'W/"v1"', 'last-modified': 'Wed, 01 Jan 2020 00:00:00 GMT' }],
    ['a date of just now', { 'last-modified': date, date }],
  ])('starts again, and splices nothing, where %s tells versions apart', async (_name, version) => {
    const asked = await replacedMeanwhile([version, version])
    expect(asked.map(({ range }) => range)).toEqual([undefined, undefined])
  })

  it('starts again when a server that knows no conditions goes on with another version', async () => {
    const asked = await replacedMeanwhile([{ etag: '"v1"' }, { etag: '"v2"' }])
    expect(asked.map(({ range }) => range?.startsWith('bytes='))).toEqual([undefined, true, undefined])
  })

  it('goes on by the date of the last change where there is no ETag', async () => {
    const changed = 'Wed, 01 Jan 2020 00:00:00 GMT'
    const conditions: unknown[] = []
    const url = await serve((request, response) => {
      conditions.push(request.headers['if-range'])
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      const range = { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }
      const headers = { 'last-modified': changed, 'content-length': content.length - start }
      response.writeHead(start > 0 ? 206 : 200, start > 0 ? { ...headers, ...range } : headers)
      if (start > 0) response.end(content.subarray(start))
      else response.write(content.subarray(0, 100_000), () => response.destroy())
    })
    const path = await target()
    await download({ url, path, maxBytes: 1e6, signal, policy: POLICY })
    expect(await readFile(path)).toEqual(content)
    expect(conditions).toEqual([undefined, changed])
  })

  it('gives up where every connection breaks at the same place and versions have no names', async () => {
    let calls = 0
    const url = await serve((_request, response) => {
      calls += 1
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 100_000), () => response.destroy())
    })
    const failure = download({ url, path: await target(), maxBytes: 1e6, signal, policy: POLICY })
    await expect(failure).rejects.toMatchObject({ code: 'input_unreachable' })
    expect(calls).toBeLessThan(20)
  })

  it.each([
    ['announced', true],
    ['not announced', false],
  ])('refuses a file that is too large, its length %s', async (_name, announced) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, announced ? { 'content-length': content.length } : {}).end(content)
    })
    const failure = download({ url, path: await target(), maxBytes: 1000, signal, policy: POLICY })
    await expect(failure).rejects.toMatchObject({ code: 'file_too_large' })
  })

  it('gives up at once on a URL that has expired, and after some tries on a server that is down', async () => {
    const statuses: number[] = []
    const url = await serve((request, response) => {
      const status = request.url?.endsWith('expired') ? 403 : 503
      statuses.push(status)
      response.writeHead(status).end()
    })
    const path = await target()
    await expect(
      download({ url: `${url}?expired`, path, maxBytes: 1e6, signal, policy: POLICY }),
    ).rejects.toMatchObject({ code: 'input_unreachable' })
    await expect(download({ url, path, maxBytes: 1e6, signal, policy: POLICY })).rejects.toMatchObject({
      code: 'input_unreachable',
    })
    expect(statuses).toEqual([403, 503, 503, 503])
  })

  it('does not wait for a server that has gone silent', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('x')
    })
    const failure = download({
      url,
      path: await target(),
      maxBytes: 1e6,
      signal,
      stallMs: 50,
      policy: { tries: 1, baseMs: 1 },
    })
    await expect(failure).rejects.toMatchObject({ code: 'input_unreachable' })
  })

  it('ends with the reason of an abort', async () => {
    const stop = new AbortController()
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('x')
      stop.abort(new AppError('canceled', 'enough'))
    })
    const failure = download({ url, path: await target(), maxBytes: 1e6, signal: stop.signal, policy: POLICY })
    await expect(failure).rejects.toMatchObject({ code: 'canceled' })
  })
})

describe('upload', () => {
  const file = async () => {
    const path = await target()
    await writeFile(path, content)
    return path
  }

  it('puts a file with its length and type, again after a failure', async () => {
    const seen: { length: string | undefined; type: string | undefined; sha: string }[] = []
    const url = await serve(async (request, response) => {
      const sha = createHash('sha256')
        .update(await body(request))
        .digest('hex')
      seen.push({ length: request.headers['content-length'], type: request.headers['content-type'], sha })
      response.writeHead(seen.length === 1 ? 500 : 200, { etag: '"whole"' }).end()
    })
    expect(
      await upload({ path: await file(), target: { put_url: url }, contentType: 'video/mp4', signal, policy: POLICY }),
    ).toEqual({})
    const sent = {
      length: String(content.length),
      type: 'video/mp4',
      sha: createHash('sha256').update(content).digest('hex'),
    }
    expect(seen).toEqual([sent, sent])
  })

  it('puts parts of the granted size and hands back their ETags in order', async () => {
    const parts = new Map<string, Buffer>()
    const url = await serve(async (request, response) => {
      parts.set(request.url ?? '', await body(request))
      response.writeHead(200, { etag: `"${request.url?.slice(-1)}"` }).end()
    })
    const part_urls = [1, 2, 3, 4].map((part) => `${url}?part=${part}`)
    const sent = await upload({
      path: await file(),
      target: { upload_id: 'u', part_size: 128_000, part_urls },
      contentType: 'video/mp4',
      signal,
      policy: POLICY,
    })
    expect(sent).toEqual({ etags: ['"1"', '"2"', '"3"'] })
    expect(Buffer.concat([...parts.values()])).toEqual(content)
    expect([...parts.values()].map((part) => part.length)).toEqual([128_000, 128_000, 44_000])
  })

  it('says so when the grant has expired', async () => {
    const url = await serve(async (request, response) => {
      await body(request)
      response.writeHead(403).end()
    })
    const options = { path: await file(), contentType: 'video/mp4', signal, policy: POLICY }
    await expect(upload({ ...options, target: { put_url: url } })).rejects.toMatchObject({ code: 'output_unreachable' })
  })

  it('says, before anything is sent and for good, that the parts granted are too few', async () => {
    const asked = vi.fn()
    const url = await serve(async (request, response) => {
      asked()
      await body(request)
      response.writeHead(200).end()
    })
    const options = { path: await file(), contentType: 'video/mp4', signal, policy: POLICY }
    const target = { upload_id: 'u', part_size: 1000, part_urls: [url, url] }
    const error = await upload({ ...options, target }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'limit_exceeded',
      message: 'The result is 300000 bytes; 2 parts of 1000 bytes hold at most 2000.',
    })
    expect(toWorkerError(error).retryable).toBe(false)
    expect(asked).not.toHaveBeenCalled()
  })
})

it('waits twice as long each time, up to a limit', () => {
  const policy = { tries: 9, baseMs: 100, maxMs: 1000 }
  expect([0, 1, 2, 6].map((attempt) => backoffMs(policy, attempt, () => 0))).toEqual([100, 200, 400, 1000])
  expect(backoffMs(policy, 0, () => 1)).toBe(75)
})
