import { deleteObjects, headBucket, listBucket, listUploads } from './bucket-routes.ts'
import { copyObject } from './copy-object.ts'
import { abortUpload, completeUpload, createUpload, listParts, uploadPart } from './multipart-routes.ts'
import { deleteObject, getObject, putObject } from './object-routes.ts'
import type { S3Exchange } from './s3-context.ts'
import { S3Error } from './s3-error.ts'
import { header, type S3Request } from './s3-request.ts'
import { refuseUnsupported } from './unsupported.ts'

type Operation = { run: (exchange: S3Exchange) => Promise<void>; subresources: readonly string[] }

/** Runs the operation an authenticated request asks for. */
export async function runOperation(exchange: S3Exchange): Promise<void> {
  const { request, state } = exchange
  if (request.bucket === '') throw new S3Error('NotImplemented', 'There are no operations on the account here.')
  if (request.bucket !== state.bucket) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist.')
  const operation = request.key === '' ? bucketOperation(request) : objectOperation(request)
  if (!operation) throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.')
  refuseUnsupported(request, operation.subresources)
  await operation.run(exchange)
}

function bucketOperation({ method, query }: S3Request): Operation | null {
  if (method === 'HEAD') return { run: headBucket, subresources: [] }
  if (method === 'GET' && query.has('uploads')) return { run: listUploads, subresources: ['uploads'] }
  if (method === 'GET' && query.get('list-type') === '2') return { run: listBucket, subresources: [] }
  if (method === 'POST' && query.has('delete')) return { run: deleteObjects, subresources: [] }
  if (method === 'GET')
    throw new S3Error('NotImplemented', 'Only ListObjectsV2 (list-type=2) and ListMultipartUploads list here.')
  if (method === 'PUT' || method === 'DELETE')
    throw new S3Error('NotImplemented', 'The bucket comes from the configuration.')
  return null
}

function objectOperation(request: S3Request): Operation | null {
  const { method, query } = request
  if (query.has('uploadId')) return uploadOperation(method)
  switch (method) {
    case 'GET':
    case 'HEAD':
      return { run: getObject, subresources: [] }
    case 'PUT':
      return { run: header(request, 'x-amz-copy-source') === undefined ? putObject : copyObject, subresources: [] }
    case 'DELETE':
      return { run: deleteObject, subresources: [] }
    case 'POST':
      return query.has('uploads') ? { run: createUpload, subresources: ['uploads'] } : null
    default:
      return null
  }
}

function uploadOperation(method: string): Operation | null {
  switch (method) {
    case 'PUT':
      return { run: uploadPart, subresources: ['uploadId', 'partNumber'] }
    case 'GET':
      return { run: listParts, subresources: ['uploadId'] }
    case 'POST':
      return { run: completeUpload, subresources: ['uploadId'] }
    case 'DELETE':
      return { run: abortUpload, subresources: ['uploadId'] }
    default:
      return null
  }
}
