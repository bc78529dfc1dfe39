import { checksumHeaders } from './checksums.ts'
import type { ObjectRecord } from './object-store.ts'
import { headerText } from './response.ts'
import { S3Error } from './s3-error.ts'
import { amzHeader, amzHeaders, header, type S3Request } from './s3-request.ts'

const MAX_METADATA_BYTES = 8192
const DEFAULT_TYPE = 'application/octet-stream'
const CONTENT_HEADERS = ['content-type', 'content-disposition', 'content-language', 'cache-control', 'expires']
const OVERRIDES = [
  'content-type',
  'content-disposition',
  'content-language',
  'content-encoding',
  'cache-control',
  'expires',
]

/** The headers an object keeps from the request that creates it. Throws MetadataTooLarge above R2's 8,192 bytes. */
export function storedHeaders(request: S3Request): Record<string, string> {
  const metadata = amzHeaders(request, 'x-amz-meta-')
  const metadataBytes = [...metadata].reduce(
    (sum, [name, value]) => sum + name.length - 'x-amz-meta-'.length + value.length,
    0,
  )
  if (metadataBytes > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size.')
  }
  const stored: Record<string, string> = { 'content-type': DEFAULT_TYPE, ...Object.fromEntries(metadata) }
  for (const name of CONTENT_HEADERS) {
    const value = header(request, name)
    if (value) stored[name] = value
  }
  // aws-chunked is how the body travels, not how the object is encoded.
  const encodings = (header(request, 'content-encoding') ?? '').split(',').map((encoding) => encoding.trim())
  const kept = encodings.filter((encoding) => encoding !== '' && encoding !== 'aws-chunked')
  if (kept.length > 0) stored['content-encoding'] = kept.join(', ')
  return stored
}

/** The headers GET and HEAD answer with, `response-*` overrides from the (signed) query applied. */
export function objectHeaders(request: S3Request, object: ObjectRecord): Record<string, string> {
  const headers: Record<string, string> = {
    ...object.headers,
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.modifiedMs).toUTCString(),
    'accept-ranges': 'bytes',
  }
  for (const name of OVERRIDES) {
    const value = request.query.get(`response-${name}`)
    if (value) headers[name] = headerText(value)
  }
  const wantsChecksums =
    amzHeader(request, 'x-amz-checksum-mode') === 'ENABLED' && header(request, 'range') === undefined
  return wantsChecksums ? { ...headers, ...checksumHeaders(object.checksums) } : headers
}
