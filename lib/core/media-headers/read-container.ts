import {
  ADTS,
  CustomSource,
  EncodedPacketSink,
  FLAC,
  Input,
  type InputAudioTrack,
  type InputFormat,
  type InputVideoTrack,
  MATROSKA,
  MP3,
  MP4,
  MPEG_TS,
  OGG,
  QTFF,
  WAVE,
  WEBM,
} from 'mediabunny'
import {
  type AudioHeaders,
  type HeaderVerdict,
  judgeBroken,
  judgeHeaders,
  judgeImpossible,
  judgeTooComplex,
  judgeUnreadable,
  type VideoHeaders,
} from './judge-headers.ts'
import { NAME_BYTES, nameContainer } from './name-container.ts'
import { isAvi, readAvi } from './read-avi.ts'
import { type ReadableFile, refuseCostlyTables } from './refuse-costly-tables.ts'
import { watchRuns } from './watch-runs.ts'

/** Single-file containers only: a manifest (HLS) would make the parser fetch addresses its author chose. */
const CONTAINERS: ReadonlyMap<InputFormat, string> = new Map([
  [MP4, 'mp4'],
  [QTFF, 'mov'],
  [MATROSKA, 'mkv'],
  [WEBM, 'webm'],
  [MPEG_TS, 'ts'],
  [OGG, 'ogg'],
  [MP3, 'mp3'],
  [WAVE, 'wav'],
  [ADTS, 'aac'],
  [FLAC, 'flac'],
])

/** What one file may cost to look at. Two hours of video have headers of a few MiB; a Worker may make 50 requests. */
const LIMITS = { readBytes: 64 * 1024 ** 2, reads: 40 }
/** Packets an estimate rests on where counting them all would mean reading the whole file. */
const SAMPLED_PACKETS = 600
/** Estimated counts are rounded up: a worker that finds more frames than were quoted stops. */
const ESTIMATE_MARGIN = 1.02

class BudgetExceeded extends Error {}
class UnknownFormat extends Error {}

/**
 * Reads a video's container headers by ranges. Decides whether the file can be used; throws only what `read` throws. Packets are counted exactly wherever the headers list them (MP4, MOV) or the file is small
 * enough to walk through; elsewhere the count is estimated upwards from the rate of the first ones.
 */
export async function readContainer(file: ReadableFile, limits = LIMITS): Promise<HeaderVerdict> {
  const source = budgeted(file, limits)
  const runs = watchRuns({ bytes: file.bytes, read: source.read })
  const input = new Input({
    formats: [...CONTAINERS.keys()],
    source: new CustomSource({
      getSize: () => file.bytes,
      read: runs.read,
      prefetchProfile: 'network',
      handleUnhandledError: () => undefined,
    }),
  })
  try {
    const verdict = await judgeInput(input, { bytes: file.bytes, read: source.read })
    // Headers that could not be fetched look like headers that are not there.
    if (verdict.problem && source.failure()) throw source.failure()
    return runs.tooLong() ? judgeImpossible() : verdict
  } catch (error) {
    if (source.failure()) throw source.failure()
    if (runs.tooLong()) return judgeImpossible()
    if (source.exceeded()) return judgeTooComplex()
    if (error instanceof UnknownFormat) {
      const start = await file.read(0, Math.min(NAME_BYTES, file.bytes))
      return isAvi(start) ? await readAvi(file) : judgeUnreadable(nameContainer(start))
    }
    return judgeBroken()
  } finally {
    input.dispose()
  }
}

async function judgeInput(input: Input, file: ReadableFile): Promise<HeaderVerdict> {
  const format = await input.getFormat().catch((cause: unknown) => {
    throw new UnknownFormat('no reader knows this file', { cause })
  })
  const container = CONTAINERS.get(format) ?? 'unknown'
  const refused = format === MP4 || format === QTFF ? await refuseCostlyTables(file) : null
  if (refused) return refused
  const videoTrack = await input.getPrimaryVideoTrack()
  const audioTrack = await input.getPrimaryAudioTrack()
  const audio = audioTrack && (await audioHeaders(audioTrack))
  const video = videoTrack && (await videoHeaders(videoTrack))
  return judgeHeaders({ container, bytes: file.bytes, video, audio })
}

async function videoHeaders(track: InputVideoTrack): Promise<VideoHeaders> {
  const codec = await track.getCodec()
  const startS = await track.getFirstTimestamp()
  const endS = await track.computeDuration()
  const last = codec && (await new EncodedPacketSink(track).getPacket(Number.POSITIVE_INFINITY))
  return {
    codec,
    codecId: String((await track.getInternalCodecId()) ?? ''),
    widthPx: await track.getDisplayWidth(),
    heightPx: await track.getDisplayHeight(),
    rotation: await track.getRotation(),
    startS,
    endS,
    ...(codec ? await countPackets(track, endS - startS) : { packets: 0, packetsPerSecond: 0 }),
    complete: last !== null,
  }
}

async function countPackets(
  track: InputVideoTrack,
  spanS: number,
): Promise<Pick<VideoHeaders, 'packets' | 'packetsPerSecond'>> {
  const sampled = await track.computePacketStats(SAMPLED_PACKETS)
  if (sampled.packetCount < SAMPLED_PACKETS) {
    return { packets: sampled.packetCount, packetsPerSecond: sampled.averagePacketRate }
  }
  try {
    const counted = await track.computePacketStats()
    return { packets: counted.packetCount, packetsPerSecond: counted.averagePacketRate }
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error
    const packets = Math.ceil(spanS * sampled.averagePacketRate * ESTIMATE_MARGIN)
    return { packets, packetsPerSecond: sampled.averagePacketRate }
  }
}

async function audioHeaders(track: InputAudioTrack): Promise<AudioHeaders> {
  return {
    codec: await track.getCodec(),
    startS: await track.getFirstTimestamp(),
    endS: await track.computeDuration(),
  }
}

/** Limits what is read, and remembers why reading failed: the parser may wrap or swallow it. */
function budgeted({ read }: ReadableFile, limits: typeof LIMITS) {
  let reads = 0
  let readBytes = 0
  let failed: unknown
  const exceeded = () => reads > limits.reads || readBytes > limits.readBytes
  return {
    failure: () => failed,
    exceeded,
    async read(start: number, end: number): Promise<Uint8Array> {
      reads += 1
      readBytes += end - start
      if (exceeded()) throw new BudgetExceeded('header budget spent')
      try {
        return await read(start, end)
      } catch (error) {
        failed = error
        throw error
      }
    },
  }
}
