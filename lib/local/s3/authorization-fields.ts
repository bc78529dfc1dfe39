import { S3Error } from './s3-error.ts'
import { header, type S3Request } from './s3-request.ts'

const ALGORITHM = 'AWS4-HMAC-SHA256'
const MAX_EXPIRES_S = 604_800

/** What a request says about its own signature, from the Authorization header or from a presigned query. */
export type AuthorizationFields = {
  accessKeyId: string
  scopeDate: string
  region: string
  signedHeaders: string[]
  signature: string
  amzDate: string
  payloadHash: string
  /** Seconds a presigned URL is valid for; null for header authorization. */
  expiresS: number | null
}

export function parseAuthorization(request: S3Request): AuthorizationFields {
  const authorization = header(request, 'authorization')
  const presigned = request.query.has('X-Amz-Signature') || request.query.has('X-Amz-Algorithm')
  if (authorization !== undefined && presigned) {
    throw new S3Error('InvalidArgument', 'Only one auth mechanism allowed.')
  }
  if (authorization !== undefined) return parseHeader(request, authorization)
  if (presigned) return parseQuery(request.query)
  throw new S3Error('Unauthorized', 'The request is not signed.')
}

/** Milliseconds since the epoch of a `20260102T030405Z` stamp. */
export function parseAmzDate(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!parts) throw new S3Error('AccessDenied', 'A valid X-Amz-Date is required.')
  const [, year, month, day, hour, minute, second] = parts
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

function parseHeader(request: S3Request, authorization: string): AuthorizationFields {
  const form = /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/
  const [, credential, signedHeaders, signature] = form.exec(authorization) ?? []
  if (!credential || !signedHeaders || !signature) {
    throw new S3Error('InvalidArgument', 'The Authorization header is malformed.')
  }
  const payloadHash = header(request, 'x-amz-content-sha256')
  if (!payloadHash)
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  return {
    ...parseCredential(credential),
    signedHeaders: signedHeaders.split(';'),
    signature,
    amzDate: header(request, 'x-amz-date') ?? '',
    payloadHash,
    expiresS: null,
  }
}

function parseQuery(query: URLSearchParams): AuthorizationFields {
  if (single(query, 'X-Amz-Algorithm') !== ALGORITHM) {
    throw new S3Error('InvalidArgument', `X-Amz-Algorithm only supports "${ALGORITHM}"`)
  }
  const signature = single(query, 'X-Amz-Signature')
  if (!/^[0-9a-f]{64}$/.test(signature)) throw new S3Error('SignatureDoesNotMatch', 'The signature is malformed.')
  const expires = single(query, 'X-Amz-Expires')
  if (!/^\d{1,7}$/.test(expires) || Number(expires) < 1 || Number(expires) > MAX_EXPIRES_S) {
    throw new S3Error('InvalidArgument', `X-Amz-Expires must be between 1 and ${MAX_EXPIRES_S} seconds`)
  }
  return {
    ...parseCredential(single(query, 'X-Amz-Credential')),
    signedHeaders: single(query, 'X-Amz-SignedHeaders').split(';'),
    signature,
    amzDate: single(query, 'X-Amz-Date'),
    payloadHash: query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
    expiresS: Number(expires),
  }
}

function parseCredential(credential: string): Pick<AuthorizationFields, 'accessKeyId' | 'scopeDate' | 'region'> {
  const form = /^(.+)\/(\d{8})\/([^/]*)\/s3\/aws4_request$/
  const [, accessKeyId, scopeDate, region] = form.exec(credential) ?? []
  if (accessKeyId === undefined || scopeDate === undefined || region === undefined) {
    throw new S3Error('InvalidArgument', 'Credential must be <key id>/<yyyymmdd>/<region>/s3/aws4_request.')
  }
  return { accessKeyId, scopeDate, region }
}

function single(query: URLSearchParams, name: string): string {
  const [value, second] = query.getAll(name)
  if (value === undefined || second !== undefined)
    throw new S3Error('InvalidArgument', `${name} must appear exactly once.`)
  return value
}
