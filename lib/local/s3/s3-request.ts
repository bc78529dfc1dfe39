import type { IncomingMessage } from 'node:http'
import { S3Error } from './s3-error.ts'

const MAX_KEY_BYTES = 1024

/** One request, addressed path-style: `/<bucket>/<key>`. An absent bucket or key is ''. */
export type S3Request = {
  incoming: IncomingMessage
  method: string
  path: string
  query: URLSearchParams
  bucket: string
  key: string
}

/** Throws InvalidURI for a path that is not percent-encoded UTF-8, InvalidObjectName for a key over 1,024 bytes. */
export function parseS3Request(incoming: IncomingMessage): S3Request {
  const target = incoming.url ?? '/'
  const queryAt = target.indexOf('?')
  const rawPath = queryAt < 0 ? target : target.slice(0, queryAt)
  const query = new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt + 1))
  const path = decodePath(rawPath)
  const keyAt = path.indexOf('/', 1)
  const bucket = keyAt < 0 ? path.slice(1) : path.slice(1, keyAt)
  const key = keyAt < 0 ? '' : path.slice(keyAt + 1)
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw new S3Error('InvalidObjectName', 'The key is longer than 1024 bytes.')
  return { incoming, method: incoming.method ?? 'GET', path, query, bucket, key }
}

export function header(request: S3Request, name: string): string | undefined {
  const value = request.incoming.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

/** An x-amz-* value, which a presigned URL may carry in its query instead of a header. */
export function amzHeader(request: S3Request, name: `x-amz-${string}`): string | undefined {
  return header(request, name) ?? request.query.get(name) ?? undefined
}

export function amzHeaders(request: S3Request, prefix: `x-amz-${string}`): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of request.query) if (name.startsWith(prefix)) found.set(name, value)
  for (const name of Object.keys(request.incoming.headers)) {
    const value = header(request, name)
    if (name.startsWith(prefix) && value !== undefined) found.set(name, value)
  }
  return found
}

/** A whole number from the query. Throws InvalidArgument when it is there but not within the bounds. */
export function queryInteger(
  request: S3Request,
  name: string,
  bounds: { min: number; max: number },
): number | undefined {
  const text = request.query.get(name)
  if (text === null) return undefined
  const value = Number(text)
  if (!/^\d{1,10}$/.test(text) || value < bounds.min || value > bounds.max) {
    throw new S3Error('InvalidArgument', `${name} must be an integer between ${bounds.min} and ${bounds.max}`)
  }
  return value
}

function decodePath(rawPath: string): string {
  if (!rawPath.startsWith('/')) throw new S3Error('InvalidURI', "Couldn't parse the specified URI.")
  try {
    return decodeURIComponent(rawPath)
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.")
  }
}
