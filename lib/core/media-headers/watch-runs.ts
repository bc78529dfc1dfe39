import type { ReadableFile } from './refuse-costly-tables.ts'

/** What one read may list, all runs in it together: a fragment covers seconds, and no reader keeps more than one. */
const MAX_RUN_SAMPLES = 2_000_000
/** A `trun` box up to and with its sample count: size, type, version and flags, count. */
const RUN_HEADER_BYTES = 16
/** Flags of fields that each sample has of its own (ISO/IEC 14496-12, 8.8.8). */
const FIELD_FLAGS = 0xf00

class RunsTooLong extends Error {}

/**
 * Reads for the container reader, but nothing that would make it go through an endless run of a fragmented file. A run whose samples
 * have no fields of their own claims any number of them in a few bytes, and an index made by the file's author can point at it
 * anywhere: so all that is read is looked through. By chance the same bytes stand in one of about a thousand reads of 64 MiB.
 */
export function watchRuns({ bytes, read }: ReadableFile) {
  let tooLong = false
  return {
    tooLong: () => tooLong,
    async read(start: number, end: number): Promise<Uint8Array> {
      // With the surroundings, so that a header across two reads is whole in one of them.
      const from = Math.max(0, start - RUN_HEADER_BYTES)
      const seen = await read(from, Math.min(bytes, end + RUN_HEADER_BYTES))
      if (samplesWithoutFields(seen) > MAX_RUN_SAMPLES) {
        tooLong = true
        throw new RunsTooLong('a run lists more samples than a file can have')
      }
      return seen.subarray(start - from, end - from)
    },
  }
}

function samplesWithoutFields(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let samples = 0
  for (let at = bytes.indexOf(0x74); at >= 0 && at + 12 <= bytes.length; at = bytes.indexOf(0x74, at + 1)) {
    // 'trun'
    if (view.getUint32(at) === 0x7472756e && (view.getUint32(at + 4) & FIELD_FLAGS) === 0) {
      samples += view.getUint32(at + 8)
    }
  }
  return samples
}
