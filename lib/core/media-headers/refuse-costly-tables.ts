import type { HeaderVerdict } from './judge-headers.ts'
import { judgeImpossible, judgeTooComplex } from './judge-headers.ts'
import { MisplacedTables, readBoxHeader, readSampleTables, type SampleTables } from './sample-tables.ts'

/** More than two hours at 240 pictures a second. A reader may keep an object for each. */
const MAX_SAMPLES = 2_000_000
/** Sizes that are added up to find every sample's place: samples times the length of their chunk. */
const MAX_STEPS = 1_000_000_000
const MAX_MOOV_BYTES = 32 * 1024 ** 2
const MAX_TOP_LEVEL_BOXES = 10_000
const CHUNK_BYTES = 64 * 1024

export interface ReadableFile {
  bytes: number
  /** Bytes [start, end). */
  read: (start: number, end: number) => Promise<Uint8Array>
}

/**
 * The verdict on an MP4 or MOV whose sample tables claim more than the file has room for, or more than can be looked at; null on others.
 * A few bytes of table may claim thousands of millions of samples, and the container reader goes through all of them.
 */
export async function refuseCostlyTables(file: ReadableFile): Promise<HeaderVerdict | null> {
  const moov = await findMoov(file)
  if (!moov) return null
  if (moov === 'too far' || moov.end - moov.start > MAX_MOOV_BYTES) return judgeTooComplex()
  try {
    const verdicts = readSampleTables(await file.read(moov.start, moov.end)).map((track) => judgeTables(track, file))
    return verdicts.find((verdict) => verdict !== null) ?? null
  } catch (error) {
    if (error instanceof MisplacedTables) return judgeImpossible()
    throw error
  }
}

function judgeTables(track: SampleTables, { bytes }: ReadableFile): HeaderVerdict | null {
  const listed = Math.max(track.timed, track.offset, track.sized)
  // Uncompressed sound has a sample per 1/48,000 s; those are neither listed one by one nor bytes of their own.
  const counted = track.video || track.offset > 0 ? listed : 0
  const chunks = Math.max(track.lastChunk, track.samplesPerChunk)
  if (counted > bytes || chunks > Math.max(bytes, MAX_SAMPLES)) return judgeImpossible()
  if (counted > MAX_SAMPLES || chunks > MAX_SAMPLES) return judgeTooComplex()
  return track.video && track.sizesDiffer && track.sized * track.samplesPerChunk > MAX_STEPS ? judgeTooComplex() : null
}

/** Where the file's first `moov` box is; null when it has no whole one. */
async function findMoov(file: ReadableFile): Promise<{ start: number; end: number } | null | 'too far'> {
  let chunk: { start: number; bytes: Uint8Array } = { start: 0, bytes: new Uint8Array() }
  let start = 0
  for (let box = 0; box < MAX_TOP_LEVEL_BOXES; box++) {
    if (start + 8 > file.bytes) return null
    if (Math.min(start + 16, file.bytes) > chunk.start + chunk.bytes.length) {
      chunk = { start, bytes: await file.read(start, Math.min(start + CHUNK_BYTES, file.bytes)) }
    }
    const header = readBoxHeader(chunk.bytes.subarray(start - chunk.start))
    if (!header) return null
    const end = start + header.bytes
    if (header.type === 'moov') return end > file.bytes ? null : { start, end }
    start = end
  }
  return 'too far'
}
