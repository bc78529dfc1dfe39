import type { ObjectRecord } from './object-store.ts'

export type ListingRequest = {
  prefix: string
  delimiter: string
  /** Keys up to and including this one are skipped. */
  after: string
  maxKeys: number
}

export type Listing = {
  objects: ObjectRecord[]
  commonPrefixes: string[]
  /** Where the next page begins, when there is one. */
  nextAfter: string | null
}

/** One page of ListObjectsV2: keys in the order of their UTF-8 bytes, rolled up at the delimiter. */
export function listObjects(all: readonly ObjectRecord[], request: ListingRequest): Listing {
  const { prefix, delimiter, after, maxKeys } = request
  const sorted = all
    .filter(({ key }) => key.startsWith(prefix) && byUtf8(key, after) > 0)
    .sort((a, b) => byUtf8(a.key, b.key))
  const listing: Listing = { objects: [], commonPrefixes: [], nextAfter: null }
  let last = ''
  for (const object of sorted) {
    const cut = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length)
    const group = cut < 0 ? null : object.key.slice(0, cut + delimiter.length)
    // A group counts once, and not again when the page before ended with it.
    if (group !== null && (group === listing.commonPrefixes.at(-1) || group === after)) continue
    if (listing.objects.length + listing.commonPrefixes.length >= maxKeys) {
      listing.nextAfter = last
      break
    }
    if (group === null) listing.objects.push(object)
    else listing.commonPrefixes.push(group)
    last = group ?? object.key
  }
  return listing
}

/** JavaScript compares UTF-16 units, which puts astral characters before U+E000–U+FFFF; S3 does not. */
export function byUtf8(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}
