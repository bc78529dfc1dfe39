const MIB = 1024 ** 2
const PREFERRED_PART_BYTES = 8 * MIB
/** S3's and R2's limit (https://developers.cloudflare.com/r2/platform/limits/). */
const MAX_PARTS = 10_000

/**
 * Size of all parts but the last: 8 MiB (small enough that a broken one costs seconds), growing in whole MiB only where 10,000 parts
 * would not do. R2 refuses parts of unequal size.
 */
export function partBytesFor(fileBytes: number): number {
  return Math.max(PREFERRED_PART_BYTES, Math.ceil(fileBytes / MAX_PARTS / MIB) * MIB)
}

export function partsTotal(fileBytes: number, partBytes: number): number {
  return Math.ceil(fileBytes / partBytes)
}

/** Byte range [start, end) of a part; numbers count from 1. */
export function partRange(partNumber: number, fileBytes: number, partBytes: number): { start: number; end: number } {
  const start = (partNumber - 1) * partBytes
  return { start, end: Math.min(start + partBytes, fileBytes) }
}
