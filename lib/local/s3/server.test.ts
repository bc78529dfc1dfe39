import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterEach, describe, expect, it } from 'vitest'
import { startS3 } from './server.ts'
import { APP_ORIGIN, BUCKET, SECRET, sdkClient, sdkRefusal, startTestServer } from './testing/test-server.ts'

const MIB = 2 ** 20

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 's3-test-'))
  cleanups.push(() => rm(dir, { recursive: true }))
  return dir
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

function options(dataDir: string, port: number) {
  return {
    port,
    dataDir,
    bucket: BUCKET,
    accessKeyId: 'test-key',
    secretAccessKey: SECRET,
    allowedOrigins: [APP_ORIGIN],
  }
}

describe('a restart', () => {
  it('keeps objects and goes on with uploads in progress', async () => {
    const server = await startTestServer()
    cleanups.push(() => server.stop())
    const object = { Bucket: BUCKET, Key: 'kept/ä' }
    const upload = { Bucket: BUCKET, Key: 'resumed' }
    const before = server.client()
    const { ETag } = await before.send(
      new PutObjectCommand({ ...object, Body: 'bytes', ContentType: 'video/mp4', Metadata: { a: '1' } }),
    )
    const { UploadId } = await before.send(new CreateMultipartUploadCommand(upload))
    const first = await before.send(
      new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: Buffer.alloc(5 * MIB) }),
    )
    await server.restart()
    const after = server.client()
    const answer = await after.send(new GetObjectCommand(object))
    expect(answer).toMatchObject({ ETag, ContentType: 'video/mp4', Metadata: { a: '1' } })
    expect(await answer.Body?.transformToString()).toBe('bytes')
    const second = await after.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 2, Body: 'end' }))
    const Parts = [first, second].map((part, index) => ({ PartNumber: index + 1, ETag: part.ETag }))
    await after.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }))
    await server.restart()
    const whole = await server.client().send(new GetObjectCommand({ ...upload, Range: 'bytes=-4' }))
    expect(whole.ContentRange).toBe(`bytes ${5 * MIB - 1}-${5 * MIB + 2}/${5 * MIB + 3}`)
    expect(await whole.Body?.transformToString()).toBe('\0end')
  })

  it('clears away what a crash left half-written, and nothing else', async () => {
    const server = await startTestServer()
    cleanups.push(() => server.stop())
    await server.client().send(new PutObjectCommand({ Bucket: BUCKET, Key: 'whole', Body: 'whole' }))
    const owned = await readdir(join(server.dataDir, 'blobs'))
    await writeFile(join(server.dataDir, 'partial', 'half'), 'ha')
    await writeFile(join(server.dataDir, 'blobs', 'orphan'), 'orphan')
    await writeFile(join(server.dataDir, 'objects', 'x.json.tmp'), '{')
    await mkdir(join(server.dataDir, 'uploads', 'begun-without-record'))
    await server.restart()
    expect(await readdir(join(server.dataDir, 'partial'))).toEqual([])
    expect(await readdir(join(server.dataDir, 'blobs'))).toEqual(owned)
    expect(await readdir(join(server.dataDir, 'uploads'))).toEqual([])
    expect(await readdir(join(server.dataDir, 'objects'))).toHaveLength(1)
  })
})

describe('a crash between storing a completed object and closing its upload', () => {
  it('leaves the object, and no upload whose abortion could take its bytes', async () => {
    const server = await startTestServer()
    cleanups.push(() => server.stop())
    const upload = { Bucket: BUCKET, Key: 'completed' }
    const client = server.client()
    const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand(upload))
    const { ETag } = await client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'whole' }))
    const dir = join(server.dataDir, 'uploads', UploadId)
    const aside = join(await temporaryDir(), 'upload')
    await cp(dir, aside, { recursive: true })
    await client.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    )
    await cp(aside, dir, { recursive: true })
    await server.restart()
    const after = server.client()
    expect(await sdkRefusal(after.send(new AbortMultipartUploadCommand({ ...upload, UploadId })))).toBe(
      '404 NoSuchUpload',
    )
    expect(await (await after.send(new GetObjectCommand(upload))).Body?.transformToString()).toBe('whole')
  })
})

describe('the port', () => {
  it.each(['127.0.0.1', '::1'])('taken on %s is an error, and the data is not touched', async (host) => {
    const dataDir = await temporaryDir()
    const port = await freePort()
    const other = createServer().listen(port, host)
    await once(other, 'listening')
    cleanups.push(() => other.close())
    await expect(startS3(options(dataDir, port))).rejects.toThrow('EADDRINUSE')
    expect(await readdir(dataDir)).toEqual([])
  })

  it('is free again once the server is closed', async () => {
    const dataDir = await temporaryDir()
    const port = await freePort()
    for (const _ of [1, 2]) await (await startS3(options(dataDir, port))).close()
  })
})

describe('the program', () => {
  async function launch(
    dataDir: string,
  ): Promise<{ program: ChildProcess; url: string; exited: Promise<number | null> }> {
    const port = await freePort()
    const program = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        NODE_ENV: 'test',
        R2_ENDPOINT: `http://localhost:${port}`,
        LOCAL_DATA_DIR: dataDir,
        R2_BUCKET_NAME: BUCKET,
        R2_ACCESS_KEY_ID: 'test-key',
        R2_SECRET_ACCESS_KEY: SECRET,
        APP_URL: `${APP_ORIGIN}/`,
      },
    })
    cleanups.push(() => program.kill('SIGKILL'))
    const exited = once(program, 'exit').then(([code]) => code as number | null)
    const [line] = (await once(createInterface({ input: program.stdout }), 'line')) as [string]
    expect(JSON.parse(line)).toEqual({ ready: true, url: `http://127.0.0.1:${port}` })
    return { program, url: `http://127.0.0.1:${port}`, exited }
  }

  it.each(['SIGTERM', 'SIGINT'] as const)('ends cleanly on %s, also with a connection open', async (signal) => {
    const { program, url, exited } = await launch(await temporaryDir())
    const client = sdkClient(url, {})
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'x', Body: 'x' }))
    program.kill(signal)
    expect(await exited).toBe(0)
  })

  it('takes 4 parallel uploads of 64 MiB without holding them in memory', async () => {
    const { url } = await launch(await temporaryDir())
    const client = sdkClient(url, {})
    const chunk = Buffer.alloc(MIB, 'c')
    const send = (Key: string, mebibytes: number) => {
      const Body = Readable.from(Array.from({ length: mebibytes }, () => chunk))
      return client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ContentLength: mebibytes * MIB }))
    }
    const peakBytes = async () =>
      ((await (await fetch(`${url}/_local/memory`)).json()) as { peak_rss_bytes: number }).peak_rss_bytes
    await Promise.all([1, 2, 3, 4].map((index) => send(`warm-up ${index}`, 8)))
    const before = await peakBytes()
    await Promise.all([1, 2, 3, 4].map((index) => send(`upload ${index}`, 64)))
    const answer = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'upload 4' }))
    let received = 0
    for await (const bytes of answer.Body as Readable) received += (bytes as Buffer).length
    expect(received).toBe(64 * MIB)
    expect((await peakBytes()) - before).toBeLessThan(64 * MIB)
  })
})
