import { createHash } from 'node:crypto'
import type { Segment } from './blob-store.ts'
import { MAX_UPLOAD_BYTES } from './body-reader.ts'
import { evaluateRead, parseConditions, preconditionFailed } from './conditions.ts'
import { storedHeaders } from './object-headers.ts'
import type { ObjectRecord } from './object-store.ts'
import { sendXml } from './response.ts'
import type { S3Exchange, S3State } from './s3-context.ts'
import { noSuchKey, S3Error } from './s3-error.ts'
import { header, type S3Request } from './s3-request.ts'

/** CopyObject within the bucket. The copy shares no state with its source and has the MD5 of its bytes as ETag. */
export async function copyObject({ state, request, response }: S3Exchange): Promise<void> {
  const source = findSource(state, request)
  const replaceMetadata = header(request, 'x-amz-metadata-directive') === 'REPLACE'
  if (source.key === request.key && !replaceMetadata) {
    throw new S3Error(
      'InvalidRequest',
      'This copy request is illegal because it copies an object to itself without changing its metadata.',
    )
  }
  if (source.sizeBytes > MAX_UPLOAD_BYTES) throw new S3Error('EntityTooLarge', 'The copy source is larger than 5 GiB.')
  if (evaluateRead(parseConditions(request, 'x-amz-copy-source-'), source) !== 'proceed') throw preconditionFailed()
  const headers = replaceMetadata ? storedHeaders(request) : source.headers
  const segments = await duplicate(state, source)
  try {
    const etag = source.etag.includes('-') ? await md5Of(state, segments, source.sizeBytes) : source.etag
    const record = { ...source, key: request.key, etag, modifiedMs: state.now(), headers, segments }
    await state.objects.put(record, () => undefined)
    sendXml(response, 'CopyObjectResult', {
      LastModified: new Date(record.modifiedMs).toISOString(),
      ETag: `"${record.etag}"`,
    })
  } catch (error) {
    await state.blobs.remove(segments)
    throw error
  }
}

function findSource(state: S3State, request: S3Request): ObjectRecord {
  const [path = '', version] = (header(request, 'x-amz-copy-source') ?? '').split('?')
  if (version !== undefined) throw new S3Error('NotImplemented', 'Versions are not implemented.')
  const [, bucket, key] = /^([^/]+)\/(.+)$/s.exec(decodeSource(path).replace(/^\//, '')) ?? []
  if (bucket === undefined || key === undefined) {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey')
  }
  if (bucket !== state.bucket) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist.')
  const source = state.objects.get(key)
  if (!source) throw noSuchKey()
  return source
}

function decodeSource(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new S3Error('InvalidArgument', 'Copy Source must be URL-encoded.')
  }
}

async function duplicate(state: S3State, source: ObjectRecord): Promise<Segment[]> {
  try {
    return await state.blobs.duplicate(source.segments)
  } catch (error) {
    // Deleted or replaced since it was looked up.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw noSuchKey()
    throw error
  }
}

async function md5Of(state: S3State, segments: Segment[], sizeBytes: number): Promise<string> {
  const md5 = createHash('md5')
  for await (const bytes of state.blobs.read(segments, { start: 0, end: sizeBytes })) md5.update(bytes)
  return md5.digest('hex')
}
