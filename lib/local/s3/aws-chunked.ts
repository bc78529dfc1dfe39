import { createHash } from 'node:crypto'
import { S3Error } from './s3-error.ts'
import { type ChunkSigner, hmac, sha256Hex } from './signature.ts'

const EMPTY_SHA256 = sha256Hex('')
const MAX_LINE_BYTES = 8192
const TRAILER_SIGNATURE = 'x-amz-trailer-signature'

type Expecting = 'chunk-header' | 'chunk-data' | 'chunk-end' | 'trailer' | 'done'

/**
 * Decodes an aws-chunked body piece by piece, and verifies the signature chain when there is one.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html (and -trailers).
 */
export class AwsChunkedDecoder {
  readonly trailers = new Map<string, string>()
  readonly #signer: ChunkSigner | null
  #expecting: Expecting = 'chunk-header'
  #pending: Buffer = Buffer.alloc(0)
  #chunkLeft = 0
  #chunkHash = createHash('sha256')
  #chunkSignature = ''
  #previousSignature: string

  /** @param signer null for the unsigned form (STREAMING-UNSIGNED-PAYLOAD-TRAILER). */
  constructor(signer: ChunkSigner | null) {
    this.#signer = signer
    this.#previousSignature = signer?.seedSignature ?? ''
  }

  /** Takes raw body bytes and returns the payload among them. Throws IncompleteBody or SignatureDoesNotMatch. */
  push(bytes: Buffer): Buffer[] {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    const payload: Buffer[] = []
    while (this.#pending.length > 0 && this.#step(payload)) {}
    return payload
  }

  /** Throws IncompleteBody unless the closing chunk has been seen. */
  end(): void {
    // Senders without trailers may leave out the last empty line.
    if (this.#expecting !== 'done' && !(this.#expecting === 'trailer' && this.trailers.size === 0)) {
      throw malformedBody('The aws-chunked body ended early.')
    }
    if (this.#pending.length > 0) throw malformedBody('There is data after the last chunk.')
  }

  /** Does one step with the pending bytes; false when it needs more of them. */
  #step(payload: Buffer[]): boolean {
    if (this.#expecting === 'done') throw malformedBody('There is data after the last chunk.')
    if (this.#expecting === 'chunk-data') {
      this.#takeData(payload)
      return true
    }
    const lineEnd = this.#pending.indexOf('\r\n')
    if (lineEnd < 0) {
      if (this.#pending.length > MAX_LINE_BYTES) throw malformedBody('A chunk header is too long.')
      return false
    }
    const line = this.#pending.toString('latin1', 0, lineEnd)
    this.#pending = this.#pending.subarray(lineEnd + 2)
    if (this.#expecting === 'chunk-header') this.#takeHeader(line)
    else if (this.#expecting === 'chunk-end') this.#takeChunkEnd(line)
    else this.#takeTrailer(line)
    return true
  }

  #takeHeader(line: string): void {
    const [, size, signature] = /^([0-9a-fA-F]{1,9})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line) ?? []
    if (size === undefined) throw malformedBody('A chunk header is malformed.')
    if (this.#signer && signature === undefined) throw new S3Error('SignatureDoesNotMatch', 'A chunk is not signed.')
    this.#chunkLeft = Number.parseInt(size, 16)
    this.#chunkSignature = signature ?? ''
    this.#chunkHash = createHash('sha256')
    if (this.#chunkLeft > 0) this.#expecting = 'chunk-data'
    else {
      this.#verifyChunk()
      this.#expecting = 'trailer'
    }
  }

  #takeData(payload: Buffer[]): void {
    const data = this.#pending.subarray(0, this.#chunkLeft)
    this.#pending = this.#pending.subarray(data.length)
    this.#chunkLeft -= data.length
    if (this.#signer) this.#chunkHash.update(data)
    payload.push(data)
    if (this.#chunkLeft === 0) this.#expecting = 'chunk-end'
  }

  #takeChunkEnd(line: string): void {
    if (line !== '') throw malformedBody('A chunk is longer than it says.')
    this.#verifyChunk()
    this.#expecting = 'chunk-header'
  }

  #takeTrailer(line: string): void {
    if (line === '') {
      this.#verifyTrailers()
      this.#expecting = 'done'
      return
    }
    const colon = line.indexOf(':')
    if (colon < 1) throw malformedBody('A trailer is malformed.')
    this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }

  #verifyChunk(): void {
    if (!this.#signer) return
    const { signingKey, amzDate, scope } = this.#signer
    const lines = ['AWS4-HMAC-SHA256-PAYLOAD', amzDate, scope, this.#previousSignature, EMPTY_SHA256]
    const expected = hmac(signingKey, [...lines, this.#chunkHash.digest('hex')].join('\n')).toString('hex')
    if (expected !== this.#chunkSignature)
      throw new S3Error('SignatureDoesNotMatch', 'A chunk signature does not match.')
    this.#previousSignature = expected
  }

  #verifyTrailers(): void {
    const given = this.trailers.get(TRAILER_SIGNATURE)
    this.trailers.delete(TRAILER_SIGNATURE)
    if (!this.#signer || this.trailers.size === 0) return
    const signed = [...this.trailers].map(([name, value]) => `${name}:${value}\n`).join('')
    const { signingKey, amzDate, scope } = this.#signer
    const lines = ['AWS4-HMAC-SHA256-TRAILER', amzDate, scope, this.#previousSignature, sha256Hex(signed)]
    if (hmac(signingKey, lines.join('\n')).toString('hex') !== given) {
      throw new S3Error('SignatureDoesNotMatch', 'The trailer signature does not match.')
    }
  }
}

function malformedBody(message: string): S3Error {
  return new S3Error('IncompleteBody', message)
}
