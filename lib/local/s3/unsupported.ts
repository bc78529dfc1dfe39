import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'

/** What S3 knows and R2, or this server, does not: refused, because ignoring it would look like success. */
const SUBRESOURCES = [
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'partNumber',
  'policy',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
]
const HEADERS =
  /^(x-amz-(acl|grant-.*|tagging.*|object-lock-.*|server-side-encryption.*|website-redirect-location|copy-source-range|copy-source-server-side-.*|mfa|request-payer|expected-bucket-owner|write-offset-bytes|storage-class)|cf-copy-destination-.*)$/

/** @param known the subresources this operation does implement. */
export function refuseUnsupported(request: S3Request, known: readonly string[]): void {
  const subresource = SUBRESOURCES.find((name) => request.query.has(name) && !known.includes(name))
  if (subresource) throw new S3Error('NotImplemented', `The subresource ${subresource} is not implemented here.`)
  for (const [name, value] of [...Object.entries(request.incoming.headers), ...request.query]) {
    if (!HEADERS.test(name) || (name === 'x-amz-storage-class' && value === 'STANDARD')) continue
    throw new S3Error('NotImplemented', `Header '${name}' with value '${value}' not implemented`)
  }
}
