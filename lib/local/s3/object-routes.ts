import { pipeline } from 'node:stream/promises'
import type { ByteRange } from './blob-store.ts'
import { receiveBlob } from './body-reader.ts'
import { parseByteRange } from './byte-range.ts'
import { checksumHeaders } from './checksums.ts'
import { checkWrite, evaluateRead, parseConditions, preconditionFailed } from './conditions.ts'
import { objectHeaders, storedHeaders } from './object-headers.ts'
import type { ObjectRecord } from './object-store.ts'
import { sendEmpty } from './response.ts'
import type { S3Exchange } from './s3-context.ts'
import { noSuchKey } from './s3-error.ts'
import { header, type S3Request } from './s3-request.ts'

/** PutObject. Conditions are checked before the body is read and again, atomically, when it is stored. */
export async function putObject({ state, request, auth, response }: S3Exchange): Promise<void> {
  const { key } = request
  const conditions = parseConditions(request)
  checkWrite(conditions, state.objects.get(key))
  const headers = storedHeaders(request)
  const { segment, md5Hex, checksums } = await receiveBlob(request, auth, state.blobs)
  const segments = [segment]
  const record = { key, sizeBytes: segment.bytes, etag: md5Hex, modifiedMs: state.now(), headers, checksums, segments }
  try {
    await state.objects.put(record, (current) => checkWrite(conditions, current))
  } catch (error) {
    await state.blobs.remove(segments)
    throw error
  }
  sendEmpty(response, 200, { etag: `"${md5Hex}"`, ...checksumHeaders(checksums) })
}

/** GetObject and HeadObject. */
export async function getObject(exchange: S3Exchange): Promise<void> {
  const { state, request, response } = exchange
  const object = state.objects.get(request.key)
  if (!object) throw noSuchKey()
  const headers = objectHeaders(request, object)
  switch (evaluateRead(parseConditions(request), object)) {
    case 'failed':
      throw preconditionFailed()
    case 'not-modified':
      sendEmpty(response, 304, headers)
      return
    case 'proceed':
      break
  }
  const asked = rangeStillWanted(request, object) ? parseByteRange(header(request, 'range'), object.sizeBytes) : null
  const range = asked ?? { start: 0, end: object.sizeBytes }
  if (asked) headers['content-range'] = `bytes ${asked.start}-${asked.end - 1}/${object.sizeBytes}`
  headers['content-length'] = String(range.end - range.start)
  response.writeHead(asked ? 206 : 200, headers)
  if (request.method === 'HEAD') response.end()
  else await sendBytes(exchange, object, range)
}

export async function deleteObject({ state, request, response }: S3Exchange): Promise<void> {
  await state.objects.delete(request.key)
  sendEmpty(response, 204)
}

/** If-Range: the range counts only while the object is the one the client already has a piece of. */
function rangeStillWanted(request: S3Request, object: ObjectRecord): boolean {
  const validator = header(request, 'if-range')
  return (
    validator === undefined ||
    validator === `"${object.etag}"` ||
    validator === new Date(object.modifiedMs).toUTCString()
  )
}

async function sendBytes(
  { state, response, truncateDownload }: S3Exchange,
  object: ObjectRecord,
  range: ByteRange,
): Promise<void> {
  if (!truncateDownload) {
    await pipeline(state.blobs.read(object.segments, range), response)
    return
  }
  const end = range.start + Math.floor((range.end - range.start) / 2)
  await pipeline(state.blobs.read(object.segments, { start: range.start, end }), response, { end: false })
  // Ends the connection, not the response: the client is left with fewer bytes than announced.
  response.socket?.end()
}
