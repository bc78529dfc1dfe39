import type { ByteRange } from './blob-store.ts'
import { S3Error } from './s3-error.ts'

/**
 * The bytes a Range header asks for, or null where RFC 9110 says to ignore it (several ranges, another unit, no range).
 * Throws InvalidRange when no byte of the object is in it.
 */
export function parseByteRange(value: string | undefined, sizeBytes: number): ByteRange | null {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(value ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return null
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes)
  if (start >= end) {
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable.', {
      'content-range': `bytes */${sizeBytes}`,
    })
  }
  return { start, end }
}
