import type { ServerResponse } from 'node:http'
import { S3Error } from './s3-error.ts'
import { header, type S3Request } from './s3-request.ts'

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE']
const REQUEST_HEADERS = new Set([
  'content-type',
  'content-md5',
  'range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-range',
])
const EXPOSED = 'ETag, Content-Length, Content-Range, Content-Disposition, Last-Modified, x-amz-request-id'
const MAX_AGE_S = 3600

/**
 * Lets a page of an allowed origin read the answer. Called only once a request has proved valid: R2 puts no CORS headers
 * on the others, so a page sees an expired URL as a failed connection, not as a 403.
 */
export function allowOrigin(request: S3Request, response: ServerResponse, allowedOrigins: readonly string[]): void {
  const origin = header(request, 'origin')
  if (origin === undefined) return
  response.setHeader('vary', 'Origin')
  if (!allowedOrigins.includes(origin)) return
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', EXPOSED)
}

/** Throws AccessDenied unless origin, method and headers are all allowed. */
export function answerPreflight(request: S3Request, response: ServerResponse, allowedOrigins: readonly string[]): void {
  const origin = header(request, 'origin')
  const method = header(request, 'access-control-request-method')
  const asked = header(request, 'access-control-request-headers') ?? ''
  const names = asked.split(',').map((name) => name.trim().toLowerCase())
  const headersAllowed = names.every((name) => name === '' || REQUEST_HEADERS.has(name) || name.startsWith('x-amz-'))
  if (!origin || !method || !allowedOrigins.includes(origin) || !METHODS.includes(method) || !headersAllowed) {
    throw new S3Error('AccessDenied', 'This CORS request is not allowed.')
  }
  response.writeHead(204, {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': METHODS.join(', '),
    'access-control-max-age': String(MAX_AGE_S),
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    ...(asked === '' ? {} : { 'access-control-allow-headers': asked }),
  })
  response.end()
}
