import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type AuthorizationFields, parseAmzDate, parseAuthorization } from './authorization-fields.ts'
import { S3Error } from './s3-error.ts'
import { header, type S3Request } from './s3-request.ts'

const MAX_SKEW_MS = 15 * 60_000

export type Credentials = { accessKeyId: string; secretAccessKey: string; region: string }

/** What the body must still be checked against once the headers are trusted. */
export type Authenticated = {
  /** Hex SHA-256 of the body, UNSIGNED-PAYLOAD, or one of the STREAMING-… markers of aws-chunked bodies. */
  payloadHash: string
  /** Starts the signature chain of a signed aws-chunked body. */
  chunkSigner: ChunkSigner
}

export type ChunkSigner = { signingKey: Buffer; amzDate: string; scope: string; seedSignature: string }

/**
 * Verifies AWS Signature Version 4, as a header or as a presigned query, and throws S3Error when it does not hold.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export function authenticate(request: S3Request, credentials: Credentials, nowMs: number): Authenticated {
  const fields = parseAuthorization(request)
  if (fields.accessKeyId !== credentials.accessKeyId) throw new S3Error('Unauthorized', 'The access key id is unknown.')
  checkScope(fields, credentials.region)
  checkTime(fields, nowMs)
  checkSignedHeaders(request, fields)
  const scope = `${fields.scopeDate}/${fields.region}/s3/aws4_request`
  const signingKey = deriveSigningKey(credentials.secretAccessKey, fields)
  const stringToSign = ['AWS4-HMAC-SHA256', fields.amzDate, scope, sha256Hex(canonicalRequest(request, fields))].join(
    '\n',
  )
  const expected = hmac(signingKey, stringToSign)
  if (!timingSafeEqual(expected, Buffer.from(fields.signature, 'hex'))) {
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your secret access key and signing method.',
    )
  }
  const chunkSigner = { signingKey, amzDate: fields.amzDate, scope, seedSignature: fields.signature }
  return { payloadHash: fields.payloadHash, chunkSigner }
}

/** A preflight carries none of the signed headers, so only the lifetime of its presigned URL can be checked. */
export function checkPreflightLifetime(request: S3Request, nowMs: number): void {
  if (request.query.has('X-Amz-Signature')) checkTime(parseAuthorization(request), nowMs)
}

export function sha256Hex(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

export function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

function checkScope(fields: AuthorizationFields, region: string): void {
  // R2 knows `auto` and takes us-east-1, the default of many tools, for the same.
  if (fields.region !== region && fields.region !== 'auto' && fields.region !== 'us-east-1') {
    throw new S3Error('InvalidRegionName', `The region name '${fields.region}' is not valid.`)
  }
  if (!fields.amzDate.startsWith(fields.scopeDate)) {
    throw new S3Error('SignatureDoesNotMatch', 'The date of the credential scope is not the date of the request.')
  }
}

function checkTime(fields: AuthorizationFields, nowMs: number): void {
  const signedAtMs = parseAmzDate(fields.amzDate)
  if (fields.expiresS === null) {
    if (Math.abs(nowMs - signedAtMs) > MAX_SKEW_MS) {
      throw new S3Error(
        'RequestTimeTooSkewed',
        'The difference between the request time and the current time is too large.',
      )
    }
    return
  }
  if (signedAtMs > nowMs + MAX_SKEW_MS) throw new S3Error('AccessDenied', 'Request is not yet valid.')
  if (nowMs > signedAtMs + fields.expiresS * 1000) throw new S3Error('ExpiredRequest', 'Request has expired.')
}

function checkSignedHeaders(request: S3Request, fields: AuthorizationFields): void {
  if (!fields.signedHeaders.includes('host')) throw new S3Error('AccessDenied', 'The host header must be signed.')
  const unsigned = Object.keys(request.incoming.headers).filter(
    (name) => name.startsWith('x-amz-') && !fields.signedHeaders.includes(name),
  )
  if (unsigned.length > 0) {
    throw new S3Error(
      'AccessDenied',
      `There were headers present in the request which were not signed: ${unsigned.join(', ')}`,
    )
  }
}

function canonicalRequest(request: S3Request, fields: AuthorizationFields): string {
  const query = [...request.query]
    .filter(([name]) => fields.expiresS === null || name !== 'X-Amz-Signature')
    .map(([name, value]) => ({ name: encode(name), value: encode(value) }))
    .sort((left, right) => byteOrder(left.name, right.name) || byteOrder(left.value, right.value))
    .map(({ name, value }) => `${name}=${value}`)
  const headers = fields.signedHeaders.map(
    (name) => `${name}:${(header(request, name) ?? '').trim().replace(/ +/g, ' ')}\n`,
  )
  return [
    request.method,
    request.path.split('/').map(encode).join('/'),
    query.join('&'),
    headers.join(''),
    fields.signedHeaders.join(';'),
    fields.payloadHash,
  ].join('\n')
}

/** Percent-encodes everything but RFC 3986's unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function byteOrder(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function deriveSigningKey(secret: string, fields: AuthorizationFields): Buffer {
  const dateKey = hmac(`AWS4${secret}`, fields.scopeDate)
  return hmac(hmac(hmac(dateKey, fields.region), 's3'), 'aws4_request')
}
