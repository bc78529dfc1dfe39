import { createHash } from 'node:crypto'
import type { PartRecord } from './multipart-store.ts'
import type { ObjectRecord } from './object-store.ts'
import { S3Error } from './s3-error.ts'

const MIN_PART_BYTES = 5 * 2 ** 20
const MAX_OBJECT_BYTES = 5 * 2 ** 40

/** A part as the completing client names it. */
export type NamedPart = { partNumber: number; etag: string; crc32: string | undefined }

/**
 * Decides what the completed object is made of. Throws the error R2 answers with when the list does not fit the parts.
 * Source of the size rules: https://developers.cloudflare.com/r2/objects/multipart-objects/#limitations
 */
export function planCompletion(
  named: readonly NamedPart[],
  uploaded: ReadonlyMap<number, PartRecord>,
): Pick<ObjectRecord, 'sizeBytes' | 'etag' | 'segments'> {
  const parts = named.map((part, index) => {
    const previous = named[index - 1]
    if (previous && previous.partNumber >= part.partNumber) {
      throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.')
    }
    const record = uploaded.get(part.partNumber)
    if (!record || record.etag !== part.etag) {
      throw new S3Error('InvalidPart', `Part ${part.partNumber} was not uploaded, or its ETag is another.`)
    }
    if (part.crc32 !== undefined && part.crc32 !== record.checksums.crc32) {
      throw new S3Error('InvalidPart', `Part ${part.partNumber} was uploaded with another CRC32.`)
    }
    return record
  })
  checkSizes(parts)
  const sizeBytes = parts.reduce((sum, part) => sum + part.segment.bytes, 0)
  if (sizeBytes > MAX_OBJECT_BYTES) throw new S3Error('EntityTooLarge', 'The object would exceed 5 TiB.')
  const digests = Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex')))
  const etag = `${createHash('md5').update(digests).digest('hex')}-${parts.length}`
  return { sizeBytes, etag, segments: parts.map((part) => part.segment) }
}

function checkSizes(parts: readonly PartRecord[]): void {
  const first = parts[0]
  if (!first) return
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    if (!isLast && part.segment.bytes < MIN_PART_BYTES) {
      throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed object size.')
    }
    // The last part has no minimum, but may not be larger than the others.
    const fits = isLast ? part.segment.bytes <= first.segment.bytes : part.segment.bytes === first.segment.bytes
    if (!fits) {
      throw new S3Error(
        'InvalidPart',
        `All non-trailing parts must have the same length. Part ${part.partNumber} has ${part.segment.bytes} bytes, part ${first.partNumber} has ${first.segment.bytes}.`,
      )
    }
  }
}
