import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { receiveBlob, receiveDocument } from './body-reader.ts'
import { Fault, type FaultPlan } from './faults.ts'
import { storedHeaders } from './object-headers.ts'
import { byUtf8 } from './object-listing.ts'
import { sendEmpty, sendJson } from './response.ts'
import type { S3State } from './s3-context.ts'
import { header, type S3Request } from './s3-request.ts'
import type { Authenticated } from './signature.ts'

/** No bucket can have this name, so nothing of S3's is shadowed. */
export const CONTROL_BUCKET = '_local'

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/
const UNCHECKED: Authenticated = {
  payloadHash: 'UNSIGNED-PAYLOAD',
  chunkSigner: { signingKey: Buffer.alloc(0), amzDate: '', scope: '', seedSignature: '' },
}

/**
 * The endpoints tests steer this server with. They take no signature, so they answer programs on this machine only:
 * not a page in a browser (it would send an Origin), nor one that made its own name resolve to loopback.
 */
export async function serveControl(
  state: S3State,
  faults: FaultPlan,
  request: S3Request,
  response: ServerResponse,
): Promise<void> {
  if (header(request, 'origin') !== undefined || !LOOPBACK_HOST.test(header(request, 'host') ?? '')) {
    sendJson(response, 403, { error: 'loopback programs only' })
    return
  }
  const route = `${request.method} ${request.key.startsWith('objects/') ? 'objects/' : request.key}`
  switch (route) {
    case 'POST faults':
      await addFault(faults, request, response)
      return
    case 'GET faults':
      sendJson(response, 200, { faults: faults.all() })
      return
    case 'DELETE faults':
      faults.clear()
      sendEmpty(response, 204)
      return
    case 'GET objects':
      sendJson(response, 200, { objects: describeObjects(state, request.query.get('prefix') ?? '') })
      return
    case 'PUT objects/':
      await replaceObject(state, request, response)
      return
    case 'GET memory':
      sendJson(response, 200, { peak_rss_bytes: process.resourceUsage().maxRSS * 1024 })
      return
    default:
      sendJson(response, 404, { error: `no such control endpoint: ${route}` })
  }
}

async function addFault(faults: FaultPlan, request: S3Request, response: ServerResponse): Promise<void> {
  const parsed = Fault.safeParse(parseJson(await receiveDocument(request, UNCHECKED)))
  if (!parsed.success) {
    sendJson(response, 400, { error: z.prettifyError(parsed.error) })
    return
  }
  faults.add(parsed.data)
  sendJson(response, 201, parsed.data)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function describeObjects(state: S3State, prefix: string): Record<string, unknown>[] {
  return state.objects
    .all()
    .filter(({ key }) => key.startsWith(prefix))
    .sort((left, right) => byUtf8(left.key, right.key))
    .map(({ key, sizeBytes, etag, modifiedMs, headers }) => ({
      key,
      size: sizeBytes,
      etag,
      last_modified: new Date(modifiedMs).toISOString(),
      headers,
    }))
}

/** Puts other bytes under a key behind the application's back; the headers of the object it replaces stay. */
async function replaceObject(state: S3State, request: S3Request, response: ServerResponse): Promise<void> {
  const key = request.key.slice('objects/'.length)
  const { segment, md5Hex: etag } = await receiveBlob(request, UNCHECKED, state.blobs)
  const headers = state.objects.get(key)?.headers ?? storedHeaders(request)
  const sizeBytes = segment.bytes
  const record = { key, sizeBytes, etag, modifiedMs: state.now(), headers, checksums: {}, segments: [segment] }
  await state.objects.put(record, () => undefined)
  sendJson(response, 200, { key, size: sizeBytes, etag })
}
