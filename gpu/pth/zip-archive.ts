import { inflateRawSync } from 'node:zlib'
import { damaged } from './damaged.ts'

/** Signatures and the mark for "see the ZIP64 field" of the ZIP format (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5.3). */
const END_OF_DIRECTORY = 0x06054b50
const ZIP64_LOCATOR = 0x07064b50
const ZIP64_END = 0x06064b50
const DIRECTORY_ENTRY = 0x02014b50
const LOCAL_HEADER = 0x04034b50
const IN_ZIP64 = 0xffffffff
const METHOD = { stored: 0, deflated: 8 } as const

const MAX_ENTRIES = 20_000

interface Entry {
  readonly method: number
  readonly packedBytes: number
  readonly bytes: number
  readonly headerOffset: number
}

/** Reads entries of a ZIP file in memory. What unpacks to more than `maxBytes` in all is refused before anything is unpacked. */
export class ZipArchive {
  readonly #file: Buffer
  readonly #entries: ReadonlyMap<string, Entry>

  constructor(file: Buffer, maxBytes: number) {
    this.#file = file
    this.#entries = readDirectory(file)
    let total = 0
    for (const entry of this.#entries.values()) total += entry.bytes
    if (total > maxBytes) throw damaged(`it unpacks to ${total} bytes, at most ${maxBytes} are read`)
  }

  names(): string[] {
    return [...this.#entries.keys()]
  }

  /** An entry's bytes; a view of the file when it is stored. */
  read(name: string): Buffer {
    const entry = this.#entries.get(name)
    if (entry === undefined) throw damaged(`"${name}" is missing from the archive`)
    const { headerOffset, packedBytes, bytes, method } = entry
    if (this.#file.readUInt32LE(headerOffset) !== LOCAL_HEADER) throw damaged(`"${name}" is not where the archive says`)
    const nameAndExtra = this.#file.readUInt16LE(headerOffset + 26) + this.#file.readUInt16LE(headerOffset + 28)
    const start = headerOffset + 30 + nameAndExtra
    if (start + packedBytes > this.#file.length) throw damaged(`it ends inside "${name}"`)
    const packed = this.#file.subarray(start, start + packedBytes)
    const unpacked = method === METHOD.stored ? packed : inflate(packed, bytes, name)
    if (unpacked.length !== bytes) throw damaged(`"${name}" has ${unpacked.length} bytes instead of ${bytes}`)
    return unpacked
  }
}

function inflate(packed: Buffer, bytes: number, name: string): Buffer {
  try {
    // zlib refuses a limit of zero.
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) })
  } catch (cause) {
    throw damaged(`"${name}" cannot be unpacked`, cause)
  }
}

function readDirectory(file: Buffer): Map<string, Entry> {
  const { offset, count } = findDirectory(file)
  if (count > MAX_ENTRIES) throw damaged(`it lists ${count} entries, at most ${MAX_ENTRIES} are read`)
  const entries = new Map<string, Entry>()
  let at = offset
  for (let index = 0; index < count; index++) {
    if (file.readUInt32LE(at) !== DIRECTORY_ENTRY) throw damaged('the list of its entries is broken')
    const nameBytes = file.readUInt16LE(at + 28)
    const extraBytes = file.readUInt16LE(at + 30)
    const name = file.toString('utf8', at + 46, at + 46 + nameBytes)
    const method = file.readUInt16LE(at + 10)
    if (method !== METHOD.stored && method !== METHOD.deflated) throw damaged(`"${name}" is packed in an unknown way`)
    const extra = file.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes)
    entries.set(name, entryOf(file, at, extra, method))
    at += 46 + nameBytes + extraBytes + file.readUInt16LE(at + 32)
  }
  return entries
}

/** Sizes and offset of an entry: 32 bits each, or in its ZIP64 field, in this order, where those are all ones. */
function entryOf(file: Buffer, at: number, extra: Buffer, method: number): Entry {
  const wide = zip64Values(extra)
  const value = (position: number): number => {
    const narrow = file.readUInt32LE(at + position)
    return narrow === IN_ZIP64 ? (wide.shift() ?? narrow) : narrow
  }
  const bytes = value(24)
  const packedBytes = value(20)
  return { method, bytes, packedBytes, headerOffset: value(42) }
}

function zip64Values(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    const values: number[] = []
    const end = Math.min(extra.length, at + 4 + extra.readUInt16LE(at + 2))
    for (let field = at + 4; field + 8 <= end; field += 8) values.push(Number(extra.readBigUInt64LE(field)))
    return values
  }
  return []
}

function findDirectory(file: Buffer): { offset: number; count: number } {
  const earliest = Math.max(0, file.length - 22 - 0xffff)
  let end = file.length - 22
  while (end >= earliest && file.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1
  if (end < earliest) throw damaged('it is cut off: the list of its entries is missing')
  const [count, offset] = [file.readUInt16LE(end + 10), file.readUInt32LE(end + 16)]
  const locator = end - 20
  if (locator < 0 || file.readUInt32LE(locator) !== ZIP64_LOCATOR) return { offset, count }
  const wide = Number(file.readBigUInt64LE(locator + 8))
  if (file.readUInt32LE(wide) !== ZIP64_END) throw damaged('the list of its entries is broken')
  return { count: Number(file.readBigUInt64LE(wide + 32)), offset: Number(file.readBigUInt64LE(wide + 48)) }
}
