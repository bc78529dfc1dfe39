/** What the sample tables of one track (ISO/IEC 14496-12, 8.6.1, 8.7.3, 8.7.4) claim, summed over all tables of a kind. */
export interface SampleTables {
  video: boolean
  /** Samples with a duration (`stts`), with a composition offset (`ctts`), with a size (`stsz`, `stz2`). */
  timed: number
  offset: number
  sized: number
  /** Whether each sample has a size of its own. */
  sizesDiffer: boolean
  /** `stsc`: the largest chunk number and the largest chunk. */
  lastChunk: number
  samplesPerChunk: number
}

/** Boxes that reach out of their parents, or tables where none belong: a reader that goes by names alone would still follow them. */
export class MisplacedTables extends Error {}

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'dinf', 'stbl', 'edts', 'mvex'])
const TABLES = new Set(['stts', 'ctts', 'stsz', 'stz2', 'stsc'])
/** Plain tables and padding, without boxes inside. */
const LEAVES = new Set(['stco', 'co64', 'stss', 'sdtp', 'sbgp', 'cslg', 'stps', 'free', 'skip'])

/** The tables of every track in a `moov` box's bytes (with its header). Throws MisplacedTables. */
export function readSampleTables(moov: Uint8Array): SampleTables[] {
  const tracks: SampleTables[] = []
  for (const box of boxesIn(moov)) {
    for (const child of boxesIn(box.content)) {
      if (child.type !== 'trak') continue
      const track = emptyTables()
      collect(child, track, 0)
      tracks.push(track)
    }
  }
  return tracks
}

interface Box {
  type: string
  content: Uint8Array
}

/** Deeper nesting than this has no meaning in this format. */
const MAX_DEPTH = 8

function collect({ type, content }: Box, track: SampleTables, depth: number): void {
  if (CONTAINERS.has(type)) {
    if (depth > MAX_DEPTH) throw new MisplacedTables('boxes are nested too deeply')
    for (const child of boxesIn(content)) collect(child, track, depth + 1)
  } else if (TABLES.has(type)) {
    addTable(type, new DataView(content.buffer, content.byteOffset, content.byteLength), track)
  } else if (type === 'hdlr') {
    track.video ||= fourcc(content, 8) === 'vide'
  } else if (!LEAVES.has(type)) {
    if (names(content, TABLES)) throw new MisplacedTables(`${type} holds a sample table`)
  }
}

function addTable(type: string, table: DataView, track: SampleTables): void {
  switch (type) {
    case 'stts':
      track.timed += sumOfCounts(table)
      return
    case 'ctts':
      track.offset += sumOfCounts(table)
      return
    case 'stsc':
      for (const at of entriesOf(table, 12)) {
        track.lastChunk = Math.max(track.lastChunk, table.getUint32(at))
        track.samplesPerChunk = Math.max(track.samplesPerChunk, table.getUint32(at + 4))
      }
      return
    default:
      if (table.byteLength < 12) return
      track.sized += table.getUint32(8)
      track.sizesDiffer ||= type === 'stz2' || table.getUint32(4) === 0
  }
}

function sumOfCounts(table: DataView): number {
  let sum = 0
  for (const at of entriesOf(table, 8)) sum += table.getUint32(at)
  return sum
}

/** Offsets of a table's entries. */
function* entriesOf(table: DataView, entryBytes: number): Generator<number> {
  const entries = table.byteLength < 8 ? Number.POSITIVE_INFINITY : table.getUint32(4)
  if (8 + entries * entryBytes > table.byteLength) throw new MisplacedTables('a table is longer than its box')
  for (let entry = 0; entry < entries; entry++) yield 8 + entry * entryBytes
}

function* boxesIn(bytes: Uint8Array): Generator<Box> {
  let at = 0
  while (at + 8 <= bytes.length) {
    const header = readBoxHeader(bytes.subarray(at, at + 16))
    if (!header) return
    if (at + header.bytes > bytes.length) throw new MisplacedTables(`${header.type} is longer than what holds it`)
    yield { type: header.type, content: bytes.subarray(at + header.headerBytes, at + header.bytes) }
    at += header.bytes
  }
}

/** The header of the box that begins here (ISO/IEC 14496-12, 4.2); null where the container reader stops, too. */
export function readBoxHeader(bytes: Uint8Array): { type: string; bytes: number; headerBytes: number } | null {
  if (bytes.length < 8) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = fourcc(bytes, 4)
  const size = view.getUint32(0)
  if (size !== 1) return size < 8 ? null : { type, bytes: size, headerBytes: 8 }
  if (bytes.length < 16) return null
  const large = Number(view.getBigUint64(8))
  return large < 16 ? null : { type, bytes: large, headerBytes: 16 }
}

/** Whether one of the names stands anywhere in these bytes. */
function names(bytes: Uint8Array, wanted: ReadonlySet<string>): boolean {
  const first = new Set([...wanted].map((name) => name.charCodeAt(0)))
  return bytes.some((byte, at) => first.has(byte) && wanted.has(fourcc(bytes, at)))
}

function fourcc(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}

function emptyTables(): SampleTables {
  const none = { timed: 0, offset: 0, sized: 0, lastChunk: 0, samplesPerChunk: 0 }
  return { video: false, sizesDiffer: false, ...none }
}
