import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { BlobStore } from './blob-store.ts'
import { CONTROL_BUCKET, serveControl } from './control-routes.ts'
import { allowOrigin, answerPreflight } from './cors.ts'
import { applyFault, FaultPlan } from './faults.ts'
import { listenOnLoopback } from './loopback-listener.ts'
import { MultipartStore } from './multipart-store.ts'
import { ObjectStore } from './object-store.ts'
import { sendError } from './response.ts'
import { runOperation } from './routes.ts'
import type { S3State } from './s3-context.ts'
import { parseS3Request, type S3Request } from './s3-request.ts'
import { authenticate, type Credentials, checkPreflightLifetime } from './signature.ts'

const EXPIRY_SWEEP_MS = 3_600_000

export type S3Options = {
  /** 0 picks a free one. */
  port: number
  /** Where everything stored lives; made if absent, taken up again on the next start. */
  dataDir: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  /** Origins whose pages may use presigned URLs. */
  allowedOrigins: readonly string[]
  region?: string
  /** Milliseconds since the epoch; for tests of what expires. */
  now?: () => number
}

export type S3Server = { url: string; close(): Promise<void> }

type Service = { state: S3State; credentials: Credentials; allowedOrigins: readonly string[]; faults: FaultPlan }

/** Starts the local stand-in for R2's S3 API on loopback. Rejects with EADDRINUSE when the port is taken. */
export async function startS3(options: S3Options): Promise<S3Server> {
  const { accessKeyId, secretAccessKey, region = 'auto', allowedOrigins } = options
  const opened = Promise.withResolvers<Service>()
  // The port comes first: whoever does not get it must not touch the files of the one who has.
  const inFlight = new Set<Promise<void>>()
  const listener = await listenOnLoopback(options.port, (incoming, response) => {
    const served = opened.promise.then((service) => serve(service, incoming, response))
    inFlight.add(served)
    void served.finally(() => inFlight.delete(served))
  })
  try {
    const state = await openState(options)
    opened.resolve({
      state,
      credentials: { accessKeyId, secretAccessKey, region },
      allowedOrigins,
      faults: new FaultPlan(),
    })
    const sweeper = setInterval(() => void state.uploads.dropExpired(), EXPIRY_SWEEP_MS).unref()
    const close = async () => {
      clearInterval(sweeper)
      await listener.close()
      // Once closed, nothing writes to the data directory any more.
      await Promise.allSettled(inFlight)
    }
    return { url: `http://127.0.0.1:${listener.port}`, close }
  } catch (error) {
    await listener.close()
    throw error
  }
}

async function openState({ dataDir, bucket, now = Date.now }: S3Options): Promise<S3State> {
  await mkdir(dataDir, { recursive: true })
  const blobs = new BlobStore(dataDir)
  await blobs.prepare()
  const objects = new ObjectStore(dataDir, blobs)
  await objects.load()
  const uploads = new MultipartStore(dataDir, blobs, now)
  await uploads.load(objects)
  const segments = [
    ...objects.all().flatMap((object) => object.segments),
    ...uploads.all().flatMap((upload) => [...upload.parts.values()].map((part) => part.segment)),
  ]
  await blobs.sweep(new Set(segments.map(({ blobId }) => blobId)))
  return { bucket, now, blobs, objects, uploads }
}

async function serve(service: Service, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('x-amz-request-id', randomBytes(8).toString('hex').toUpperCase())
  // A client that leaves is no error of ours; the write that finds out fails by itself.
  response.on('error', () => undefined)
  try {
    await answer(service, parseS3Request(incoming), response)
  } catch (error) {
    sendError(response, error, incoming.url?.split('?')[0] ?? '/')
  }
}

async function answer(service: Service, request: S3Request, response: ServerResponse): Promise<void> {
  const { state, credentials, allowedOrigins, faults } = service
  if (request.method === 'OPTIONS') {
    checkPreflightLifetime(request, state.now())
    answerPreflight(request, response, allowedOrigins)
    return
  }
  if (request.bucket === CONTROL_BUCKET) {
    await serveControl(state, faults, request, response)
    return
  }
  const auth = authenticate(request, credentials, state.now())
  allowOrigin(request, response, allowedOrigins)
  const fault = faults.take(request)
  const outcome = fault ? await applyFault(fault, request, response) : 'proceed'
  if (outcome === 'answered') return
  await runOperation({ state, request, auth, response, truncateDownload: outcome === 'truncate-download' })
}
