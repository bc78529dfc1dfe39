import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { startS3 } from '#lib/local/s3/server.ts'

export const BUCKET = 'media'
export const APP_ORIGIN = 'http://localhost:3000'
export const SECRET = 'test-secret'
const ACCESS_KEY_ID = 'test-key'

export type TestServer = Awaited<ReturnType<typeof startTestServer>>

/** A server on a free port with a data directory of its own, and SDK clients for it. `stop` removes both. */
export async function startTestServer(now: () => number = Date.now) {
  const dataDir = await mkdtemp(join(tmpdir(), 's3-test-'))
  const options = { dataDir, bucket: BUCKET, accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET, now }
  const start = () => startS3({ ...options, port: 0, allowedOrigins: [APP_ORIGIN] })
  let server = await start()
  return {
    dataDir,
    get url() {
      return server.url
    },
    /** The product's configuration of the SDK. */
    client: (overrides: S3ClientConfig = {}) =>
      sdkClient(server.url, {
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        ...overrides,
      }),
    /** The SDK as it comes, with its own ideas about checksums. */
    defaultClient: () => sdkClient(server.url, {}),
    async restart() {
      await server.close()
      server = await start()
    },
    async stop() {
      await server.close()
      await rm(dataDir, { recursive: true })
    },
  }
}

export function sdkClient(endpoint: string, overrides: S3ClientConfig): S3Client {
  return new S3Client({
    endpoint,
    region: 'auto',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET },
    ...overrides,
  })
}

/** The S3 error code and status of an answer, or 'accepted'. */
export async function refusal(answer: Response | Promise<Response>): Promise<string> {
  const response = await answer
  const text = await response.text()
  if (response.ok) return 'accepted'
  return `${response.status} ${/<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? 'no code'}`
}

/** The same for an SDK call. */
export async function sdkRefusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'accepted'
  } catch (error) {
    if (!(error instanceof Error) || !('$metadata' in error)) throw error
    const { httpStatusCode } = error.$metadata as { httpStatusCode: number }
    return `${httpStatusCode} ${error.name}`
  }
}

/** Sends exactly these headers and bytes, then hangs up after `sendBytes` of them. Resolves to the status, 0 for none. */
export function rawPut(
  url: string,
  headers: Record<string, string>,
  body: Buffer,
  sendBytes = body.length,
): Promise<number> {
  return new Promise((resolve) => {
    const outgoing = request(url, { method: 'PUT', headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    outgoing.on('error', () => resolve(0))
    outgoing.write(body.subarray(0, sendBytes), () => {
      if (sendBytes < body.length) outgoing.destroy()
      else outgoing.end()
    })
  })
}
