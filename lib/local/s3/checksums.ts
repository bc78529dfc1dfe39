import { createHash, type Hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { S3Error } from './s3-error.ts'

/** The x-amz-checksum-* algorithms Node can compute, with the size of their result. */
const CHECKSUM_BYTES = { crc32: 4, sha1: 20, sha256: 32 } as const

export type ChecksumName = keyof typeof CHECKSUM_BYTES
/** Base64 by algorithm, as S3 sends and stores them. */
export type Checksums = Partial<Record<ChecksumName, string>>

/** Digests of a byte stream, fed piece by piece. */
export class RunningDigests {
  readonly #md5 = createHash('md5')
  readonly #sha256: Hash | null
  readonly #sha1: Hash | null
  #crc32 = 0

  constructor(wanted: { sha256: boolean; sha1: boolean }) {
    this.#sha256 = wanted.sha256 ? createHash('sha256') : null
    this.#sha1 = wanted.sha1 ? createHash('sha1') : null
  }

  update(bytes: Buffer): void {
    this.#md5.update(bytes)
    this.#sha256?.update(bytes)
    this.#sha1?.update(bytes)
    this.#crc32 = crc32(bytes, this.#crc32)
  }

  finish(): { md5: Buffer; sha256: Buffer | undefined; sha1: Buffer | undefined; crc32: Buffer } {
    const crc = Buffer.alloc(4)
    crc.writeUInt32BE(this.#crc32)
    return { md5: this.#md5.digest(), sha256: this.#sha256?.digest(), sha1: this.#sha1?.digest(), crc32: crc }
  }
}

export function isChecksumName(name: string): name is ChecksumName {
  return Object.hasOwn(CHECKSUM_BYTES, name)
}

/** Reads `x-amz-checksum-<name>` values. Throws NotImplemented for an unknown algorithm, InvalidDigest for bad base64. */
export function parseChecksums(values: Iterable<[string, string]>): Checksums {
  const checksums: Checksums = {}
  for (const [header, value] of values) {
    const name = header.slice('x-amz-checksum-'.length)
    if (name === 'mode' || name === 'algorithm' || name === 'type') continue
    if (!isChecksumName(name)) throw new S3Error('NotImplemented', `Checksum ${name} is not implemented.`)
    checksums[name] = parseBase64(value, CHECKSUM_BYTES[name])
  }
  return checksums
}

export function parseBase64(value: string, bytes: number): string {
  const decoded = Buffer.from(value, 'base64')
  if (decoded.length !== bytes || decoded.toString('base64') !== value) {
    throw new S3Error('InvalidDigest', `A digest of ${bytes} bytes in base64 was expected.`)
  }
  return value
}

export function checksumHeaders(checksums: Checksums): Record<string, string> {
  return Object.fromEntries(Object.entries(checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value]))
}
