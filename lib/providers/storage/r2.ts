import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { AppError } from '#lib/contracts/errors.ts'
import { contentDisposition } from './content-disposition.ts'
import type { Storage, StoredPart } from './port.ts'

export interface R2Config {
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
  bucket: string
}

const REQUEST_TIMEOUT_MS = 15_000
/** Presigned GETs are dated at the start of such a window and live that much longer. */
const GET_WINDOW_S = 15 * 60

/** R2 through the S3 API (https://developers.cloudflare.com/r2/api/s3/api/), or anything else that speaks it. */
export function createR2Storage(config: R2Config): Storage {
  const client = makeClient(config)
  const at = (key: string) => ({ Bucket: config.bucket, Key: key })
  return {
    ...multipart(client, at),
    ...objects(client, at),
    ...presigned(client, at),
  }
}

type At = (key: string) => { Bucket: string; Key: string }

function makeClient({ endpoint, accessKeyId, secretAccessKey }: R2Config): S3Client {
  return new S3Client({
    endpoint,
    region: 'auto',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    // By default the SDK signs the CRC32 of an empty body into presigned PUTs, and R2 then refuses the real one.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS },
  })
}

function multipart(client: S3Client, at: At) {
  return {
    async createMultipart(key, contentType) {
      const reply = await mapped(
        client.send(new CreateMultipartUploadCommand({ ...at(key), ContentType: contentType })),
      )
      if (!reply.UploadId) throw new AppError('unavailable', 'The file store opened no upload. Try again.')
      return reply.UploadId
    },
    async listParts(key, uploadId) {
      try {
        return await listAllParts(client, { ...at(key), UploadId: uploadId })
      } catch (error) {
        if (named(error, 'NoSuchUpload')) return null
        throw mapError(error)
      }
    },
    async completeMultipart(key, uploadId, parts) {
      const command = new CompleteMultipartUploadCommand({
        ...at(key),
        UploadId: uploadId,
        MultipartUpload: { Parts: parts.map((part) => ({ PartNumber: part.partNumber, ETag: part.etag })) },
      })
      const reply = await mapped(client.send(command))
      if (!reply.ETag) throw new AppError('unavailable', 'The file store did not confirm the upload. Try again.')
      return { etag: reply.ETag }
    },
    async abortMultipart(key, uploadId) {
      try {
        await client.send(new AbortMultipartUploadCommand({ ...at(key), UploadId: uploadId }))
      } catch (error) {
        if (!named(error, 'NoSuchUpload')) throw mapError(error)
      }
    },
  } satisfies Partial<Storage>
}

function objects(client: S3Client, at: At) {
  return {
    async head(key) {
      try {
        const reply = await client.send(new HeadObjectCommand(at(key)))
        return {
          bytes: reply.ContentLength ?? 0,
          etag: reply.ETag ?? '',
          contentType: reply.ContentType ?? 'application/octet-stream',
        }
      } catch (error) {
        if (named(error, 'NotFound', 'NoSuchKey')) return null
        throw mapError(error)
      }
    },
    async readRange(key, { start, end, etag, signal }) {
      const command = new GetObjectCommand({ ...at(key), Range: `bytes=${start}-${end - 1}`, IfMatch: etag })
      const reply = await mapped(client.send(command, signal ? { abortSignal: signal } : {}))
      const bytes = await mapped(reply.Body?.transformToByteArray() ?? Promise.resolve(new Uint8Array()))
      if (bytes.length !== end - start) throw new AppError('unavailable', 'The file store answered in part. Try again.')
      return bytes
    },
    async delete(key) {
      await mapped(client.send(new DeleteObjectCommand(at(key))))
    },
  } satisfies Partial<Storage>
}

function presigned(client: S3Client, at: At) {
  return {
    presignPart(key, uploadId, partNumber, expiresInS, bytes) {
      const part = { UploadId: uploadId, PartNumber: partNumber, ContentLength: bytes }
      const command = new UploadPartCommand({ ...at(key), ...part })
      return mapped(getSignedUrl(client, command, { expiresIn: expiresInS }))
    },
    presignPut(key, { contentType, expiresInS }) {
      const command = new PutObjectCommand({ ...at(key), ContentType: contentType })
      const signableHeaders = new Set(contentType ? ['host', 'content-type'] : ['host'])
      return mapped(getSignedUrl(client, command, { expiresIn: expiresInS, signableHeaders }))
    },
    presignGet(key, { expiresInS, downloadAs, contentType }) {
      const command = new GetObjectCommand({
        ...at(key),
        ResponseContentType: contentType,
        ResponseContentDisposition: downloadAs === undefined ? undefined : contentDisposition(downloadAs),
      })
      const windowMs = GET_WINDOW_S * 1000
      const signingDate = new Date(Math.floor(Date.now() / windowMs) * windowMs)
      return mapped(getSignedUrl(client, command, { expiresIn: expiresInS + GET_WINDOW_S, signingDate }))
    },
  } satisfies Partial<Storage>
}

async function listAllParts(
  client: S3Client,
  target: { Bucket: string; Key: string; UploadId: string },
): Promise<StoredPart[]> {
  const parts: StoredPart[] = []
  let marker: string | undefined
  do {
    const page = await client.send(new ListPartsCommand({ ...target, PartNumberMarker: marker }))
    for (const part of page.Parts ?? []) {
      parts.push({ partNumber: part.PartNumber ?? 0, bytes: part.Size ?? 0, etag: part.ETag ?? '' })
    }
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined
  } while (marker)
  return parts
}

async function mapped<Reply>(call: Promise<Reply>): Promise<Reply> {
  try {
    return await call
  } catch (error) {
    throw mapError(error)
  }
}

function named(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name)
}

/** S3's words (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html) in ours. */
function mapError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (named(error, 'NoSuchUpload')) {
    return new AppError('upload_closed', 'This upload is no longer open. Start it again.', { cause: error })
  }
  if (named(error, 'InvalidPart', 'InvalidPartOrder', 'EntityTooSmall')) {
    return new AppError('upload_incomplete', 'Parts of the file are missing. Resume the upload.', { cause: error })
  }
  if (named(error, 'PreconditionFailed', 'NoSuchKey', 'InvalidRange')) {
    return new AppError('input_changed', 'The stored file changed. Upload it again.', { cause: error })
  }
  return new AppError('unavailable', 'The file store does not answer. Try again in a moment.', { cause: error })
}
