import type { ServerResponse } from 'node:http'
import type { BlobStore } from './blob-store.ts'
import type { MultipartStore } from './multipart-store.ts'
import type { ObjectStore } from './object-store.ts'
import type { S3Request } from './s3-request.ts'
import type { Authenticated } from './signature.ts'

/** The state of one server. */
export type S3State = {
  bucket: string
  now: () => number
  blobs: BlobStore
  objects: ObjectStore
  uploads: MultipartStore
}

/** One authenticated request on its way through a handler. */
export type S3Exchange = {
  state: S3State
  request: S3Request
  auth: Authenticated
  response: ServerResponse
  /** A fault asks for only the first half of the object's bytes. */
  truncateDownload: boolean
}
