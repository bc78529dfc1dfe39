import { receiveBlob, receiveDocument } from './body-reader.ts'
import { checksumHeaders } from './checksums.ts'
import { checkWrite, parseConditions } from './conditions.ts'
import { type NamedPart, planCompletion } from './multipart-plan.ts'
import { storedHeaders } from './object-headers.ts'
import { sendEmpty, sendXml } from './response.ts'
import type { S3Exchange } from './s3-context.ts'
import { S3Error } from './s3-error.ts'
import { header, queryInteger, type S3Request } from './s3-request.ts'
import { childText, malformed, parseXml } from './xml.ts'

const MAX_PARTS = 10_000
const PAGE_PARTS = 1000

export async function createUpload({ state, request, response }: S3Exchange): Promise<void> {
  const upload = await state.uploads.create(request.key, storedHeaders(request))
  sendXml(response, 'InitiateMultipartUploadResult', {
    Bucket: state.bucket,
    Key: upload.key,
    UploadId: upload.uploadId,
  })
}

/** UploadPart. The size is checked only on completion, as it is on R2: the last part may be of any size. */
export async function uploadPart({ state, request, auth, response }: S3Exchange): Promise<void> {
  const partNumber = queryInteger(request, 'partNumber', { min: 1, max: MAX_PARTS })
  if (partNumber === undefined) throw new S3Error('InvalidArgument', 'partNumber is missing.')
  if (header(request, 'x-amz-copy-source') !== undefined) {
    throw new S3Error('NotImplemented', 'UploadPartCopy is not implemented.')
  }
  const uploadId = uploadIdOf(request)
  state.uploads.get(uploadId, request.key)
  const received = await receiveBlob(request, auth, state.blobs)
  const part = await state.uploads.addPart(uploadId, request.key, partNumber, received)
  sendEmpty(response, 200, { etag: `"${part.etag}"`, ...checksumHeaders(received.checksums) })
}

export async function listParts({ state, request, response }: S3Exchange): Promise<void> {
  const upload = state.uploads.get(uploadIdOf(request), request.key)
  const marker = queryInteger(request, 'part-number-marker', { min: 0, max: MAX_PARTS }) ?? 0
  const maxParts = Math.min(queryInteger(request, 'max-parts', { min: 0, max: 2 ** 31 - 1 }) ?? PAGE_PARTS, PAGE_PARTS)
  const found = [...upload.parts.values()]
    .filter(({ partNumber }) => partNumber > marker)
    .sort((left, right) => left.partNumber - right.partNumber)
  const page = found.slice(0, maxParts)
  const isTruncated = found.length > page.length
  sendXml(response, 'ListPartsResult', {
    Bucket: state.bucket,
    Key: upload.key,
    UploadId: upload.uploadId,
    StorageClass: 'STANDARD',
    PartNumberMarker: marker,
    NextPartNumberMarker: isTruncated ? (page.at(-1)?.partNumber ?? marker) : undefined,
    MaxParts: maxParts,
    IsTruncated: isTruncated,
    Part: page.map((part) => ({
      PartNumber: part.partNumber,
      LastModified: new Date(part.modifiedMs).toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.segment.bytes,
    })),
  })
}

export async function completeUpload({ state, request, auth, response }: S3Exchange): Promise<void> {
  const { key } = request
  const uploadId = uploadIdOf(request)
  state.uploads.get(uploadId, key)
  const conditions = parseConditions(request)
  const named = parseCompletion(await receiveDocument(request, auth))
  let etag = ''
  await state.uploads.complete(uploadId, key, async (upload) => {
    const plan = planCompletion(named, upload.parts)
    const record = { key, ...plan, modifiedMs: state.now(), headers: upload.headers, checksums: {} }
    await state.objects.put(record, (current) => checkWrite(conditions, current))
    etag = plan.etag
    return plan.segments
  })
  const location = `http://${header(request, 'host')}/${state.bucket}/${encodeURIComponent(key)}`
  sendXml(response, 'CompleteMultipartUploadResult', {
    Location: location,
    Bucket: state.bucket,
    Key: key,
    ETag: `"${etag}"`,
  })
}

export async function abortUpload({ state, request, response }: S3Exchange): Promise<void> {
  await state.uploads.abort(uploadIdOf(request), request.key)
  sendEmpty(response, 204)
}

function uploadIdOf(request: S3Request): string {
  return request.query.get('uploadId') ?? ''
}

function parseCompletion(document: string): NamedPart[] {
  const root = parseXml(document)
  const parts = root.children.filter(({ name }) => name === 'Part')
  if (root.name !== 'CompleteMultipartUpload' || parts.length === 0 || parts.length > MAX_PARTS) throw malformed()
  return parts.map((part) => {
    const partNumber = childText(part, 'PartNumber')?.trim() ?? ''
    const etag = childText(part, 'ETag')
      ?.trim()
      .replace(/^"(.*)"$/, '$1')
    if (!/^\d{1,5}$/.test(partNumber) || !etag) throw malformed()
    return { partNumber: Number(partNumber), etag, crc32: childText(part, 'ChecksumCRC32') }
  })
}
