import { AwsChunkedDecoder } from './aws-chunked.ts'
import type { BlobStore, Segment } from './blob-store.ts'
import { type Checksums, parseBase64, parseChecksums, RunningDigests } from './checksums.ts'
import { S3Error } from './s3-error.ts'
import { amzHeader, amzHeaders, header, type S3Request } from './s3-request.ts'
import type { Authenticated } from './signature.ts'

export const MAX_UPLOAD_BYTES = 5 * 2 ** 30
/** Room for a completion that names 10,000 parts with their checksums. */
const MAX_DOCUMENT_BYTES = 4 * 2 ** 20

/** Everything a body must agree with before it counts. */
type Expected = {
  bytes: number
  sha256Hex: string | null
  md5: string | undefined
  checksums: Checksums
  trailer: string | undefined
}

export type ReceivedBlob = { segment: Segment; md5Hex: string; checksums: Checksums }

type Verified = { md5Hex: string; checksums: Checksums }

/** Streams a body into a new blob. On any error, or a client that leaves, nothing stays behind. */
export async function receiveBlob(request: S3Request, auth: Authenticated, blobs: BlobStore): Promise<ReceivedBlob> {
  const expected = expectedBody(request, auth, MAX_UPLOAD_BYTES)
  const writer = await blobs.create()
  try {
    const verified = await consume(request, auth, expected, (bytes) => writer.append(bytes))
    return { segment: await writer.commit(), ...verified }
  } catch (error) {
    await writer.discard()
    throw error
  }
}

/** Reads a small body (an XML document) under the same checks. */
export async function receiveDocument(request: S3Request, auth: Authenticated): Promise<string> {
  const expected = expectedBody(request, auth, MAX_DOCUMENT_BYTES)
  const pieces: Buffer[] = []
  await consume(request, auth, expected, async (bytes) => {
    pieces.push(bytes)
  })
  return Buffer.concat(pieces).toString('utf8')
}

function expectedBody(request: S3Request, auth: Authenticated, maxBytes: number): Expected {
  const streaming = auth.payloadHash.startsWith('STREAMING-')
  const length = header(request, streaming ? 'x-amz-decoded-content-length' : 'content-length')
  if (length === undefined || !/^\d{1,15}$/.test(length)) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.')
  }
  if (Number(length) > maxBytes) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.')
  }
  const signedHash = /^[0-9a-f]{64}$/.test(auth.payloadHash) ? auth.payloadHash : null
  if (!streaming && signedHash === null && auth.payloadHash !== 'UNSIGNED-PAYLOAD') {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-…, or a valid sha256 value.',
    )
  }
  const md5 = header(request, 'content-md5')
  return {
    bytes: Number(length),
    sha256Hex: signedHash,
    md5: md5 === undefined ? undefined : parseBase64(md5, 16),
    checksums: parseChecksums(amzHeaders(request, 'x-amz-checksum-')),
    trailer: streaming ? amzHeader(request, 'x-amz-trailer')?.toLowerCase() : undefined,
  }
}

/**
 * Feeds the decoded body to `sink`, then verifies it. A bad body is still read to its end, so that the connection
 * survives and the client sees the answer instead of a reset.
 */
async function consume(
  request: S3Request,
  auth: Authenticated,
  expected: Expected,
  sink: (bytes: Buffer) => Promise<void>,
): Promise<Verified> {
  const decoder = chunkedDecoder(auth)
  const digests = new RunningDigests({
    sha256:
      expected.sha256Hex !== null ||
      expected.checksums.sha256 !== undefined ||
      expected.trailer === 'x-amz-checksum-sha256',
    sha1: expected.checksums.sha1 !== undefined || expected.trailer === 'x-amz-checksum-sha1',
  })
  let received = 0
  let failure: unknown = null
  for await (const raw of rawBody(request)) {
    if (failure !== null) continue
    try {
      for (const bytes of decoder ? decoder.push(raw) : [raw]) {
        received += bytes.length
        if (received > expected.bytes) throw new S3Error('IncompleteBody', 'The body is longer than it was said to be.')
        const stored = sink(bytes)
        digests.update(bytes)
        await stored
      }
    } catch (error) {
      failure = error
    }
  }
  if (failure !== null) throw failure
  decoder?.end()
  if (received !== expected.bytes) {
    throw new S3Error(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header.',
    )
  }
  return verify(expected, digests, decoder)
}

async function* rawBody(request: S3Request): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const bytes of request.incoming) yield bytes
  } catch {
    throw new S3Error('ClientDisconnect', 'The client disconnected before the body was complete.')
  }
}

function chunkedDecoder(auth: Authenticated): AwsChunkedDecoder | null {
  switch (auth.payloadHash) {
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return new AwsChunkedDecoder(null)
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return new AwsChunkedDecoder(auth.chunkSigner)
    default:
      if (auth.payloadHash.startsWith('STREAMING-')) {
        throw new S3Error('NotImplemented', `${auth.payloadHash} is not implemented.`)
      }
      return null
  }
}

function verify(expected: Expected, digests: RunningDigests, decoder: AwsChunkedDecoder | null): Verified {
  const actual = digests.finish()
  if (expected.sha256Hex !== null && actual.sha256?.toString('hex') !== expected.sha256Hex) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )
  }
  if (expected.md5 !== undefined && actual.md5.toString('base64') !== expected.md5) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.')
  }
  if (expected.trailer !== undefined && !decoder?.trailers.has(expected.trailer)) {
    throw new S3Error('IncompleteBody', `The trailer ${expected.trailer} is missing.`)
  }
  const trailing = [...(decoder?.trailers ?? [])].filter(([name]) => name.startsWith('x-amz-checksum-'))
  const checksums: Checksums = { ...expected.checksums, ...parseChecksums(trailing) }
  const mismatch =
    (checksums.crc32 !== undefined && checksums.crc32 !== actual.crc32.toString('base64')) ||
    (checksums.sha1 !== undefined && checksums.sha1 !== actual.sha1?.toString('base64')) ||
    (checksums.sha256 !== undefined && checksums.sha256 !== actual.sha256?.toString('base64'))
  if (mismatch) throw new S3Error('BadDigest', 'The checksum you specified did not match what we received.')
  return { md5Hex: actual.md5.toString('hex'), checksums }
}
