import { receiveDocument } from './body-reader.ts'
import { byUtf8, listObjects } from './object-listing.ts'
import { sendEmpty, sendXml } from './response.ts'
import type { S3Exchange } from './s3-context.ts'
import { S3Error } from './s3-error.ts'
import { queryInteger, type S3Request } from './s3-request.ts'
import { childText, malformed, parseXml } from './xml.ts'

const PAGE_KEYS = 1000

export async function headBucket({ response }: S3Exchange): Promise<void> {
  sendEmpty(response, 200)
}

/** ListObjectsV2. */
export async function listBucket({ state, request, response }: S3Exchange): Promise<void> {
  const { query } = request
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const token = query.get('continuation-token')
  const startAfter = query.get('start-after')
  const maxKeys = Math.min(queryInteger(request, 'max-keys', { min: 0, max: 2 ** 31 - 1 }) ?? PAGE_KEYS, PAGE_KEYS)
  const after = token === null ? (startAfter ?? '') : decodeToken(token)
  const listing = listObjects(state.objects.all(), { prefix, delimiter, after, maxKeys })
  const encode = keyEncoder(request)
  sendXml(response, 'ListBucketResult', {
    Name: state.bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    StartAfter: startAfter === null ? undefined : encode(startAfter),
    EncodingType: query.get('encoding-type') ?? undefined,
    KeyCount: listing.objects.length + listing.commonPrefixes.length,
    MaxKeys: maxKeys,
    IsTruncated: listing.nextAfter !== null,
    ContinuationToken: token ?? undefined,
    NextContinuationToken:
      listing.nextAfter === null ? undefined : Buffer.from(listing.nextAfter).toString('base64url'),
    Contents: listing.objects.map((object) => ({
      Key: encode(object.key),
      LastModified: new Date(object.modifiedMs).toISOString(),
      ETag: `"${object.etag}"`,
      Size: object.sizeBytes,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: listing.commonPrefixes.map((group) => ({ Prefix: encode(group) })),
  })
}

/** DeleteObjects: up to 1,000 keys, of which those that do not exist count as deleted. */
export async function deleteObjects({ state, request, auth, response }: S3Exchange): Promise<void> {
  const root = parseXml(await receiveDocument(request, auth))
  const keys = root.children.filter(({ name }) => name === 'Object').map((object) => childText(object, 'Key'))
  if (root.name !== 'Delete' || keys.length === 0 || keys.length > PAGE_KEYS) throw malformed()
  const deleted: { Key: string }[] = []
  for (const key of keys) {
    if (!key) throw malformed()
    deleted.push({ Key: key })
  }
  for (const { Key } of deleted) await state.objects.delete(Key)
  sendXml(response, 'DeleteResult', { Deleted: childText(root, 'Quiet') === 'true' ? [] : deleted })
}

/** ListMultipartUploads, by key and then by upload id. */
export async function listUploads({ state, request, response }: S3Exchange): Promise<void> {
  const { query } = request
  if (query.has('delimiter'))
    throw new S3Error('NotImplemented', 'ListMultipartUploads with a delimiter is not implemented.')
  const prefix = query.get('prefix') ?? ''
  const keyMarker = query.get('key-marker') ?? ''
  const idMarker = query.get('upload-id-marker') ?? ''
  const maxUploads = Math.min(
    queryInteger(request, 'max-uploads', { min: 1, max: 2 ** 31 - 1 }) ?? PAGE_KEYS,
    PAGE_KEYS,
  )
  const isAfterMarker = (key: string, uploadId: string) => {
    const order = byUtf8(key, keyMarker)
    return order > 0 || (order === 0 && idMarker !== '' && uploadId > idMarker)
  }
  const found = state.uploads
    .all()
    .filter(({ key, uploadId }) => key.startsWith(prefix) && (keyMarker === '' || isAfterMarker(key, uploadId)))
    .sort((left, right) => byUtf8(left.key, right.key) || byUtf8(left.uploadId, right.uploadId))
  const page = found.slice(0, maxUploads)
  const last = found.length > page.length ? page.at(-1) : undefined
  const encode = keyEncoder(request)
  sendXml(response, 'ListMultipartUploadsResult', {
    Bucket: state.bucket,
    Prefix: encode(prefix),
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    EncodingType: query.get('encoding-type') ?? undefined,
    MaxUploads: maxUploads,
    IsTruncated: last !== undefined,
    NextKeyMarker: last && encode(last.key),
    NextUploadIdMarker: last?.uploadId,
    Upload: page.map((upload) => ({
      Key: encode(upload.key),
      UploadId: upload.uploadId,
      StorageClass: 'STANDARD',
      Initiated: new Date(upload.startedMs).toISOString(),
    })),
  })
}

function keyEncoder(request: S3Request): (text: string) => string {
  const encoding = request.query.get('encoding-type')
  if (encoding !== null && encoding !== 'url')
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request')
  return encoding === 'url' ? (text) => encodeURIComponent(text).replaceAll('%2F', '/') : (text) => text
}

function decodeToken(token: string): string {
  const decoded = Buffer.from(token, 'base64url')
  if (decoded.toString('base64url') !== token)
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect')
  return decoded.toString('utf8')
}
