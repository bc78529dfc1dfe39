import { AppError } from '#lib/contracts/errors.ts'
import { runTool, type ToolLimits } from './ffmpeg.ts'
import { inputArgs, type Probe } from './probe.ts'

export interface PacketFacts {
  /** Video packets that an edit list does not hide: what decoding should give. */
  readonly shown: number
  readonly hidden: number
  /** Seconds from the first shown packet's start to the last one's end. */
  readonly videoS: number
  readonly audioS: number | null
  readonly times: PacketTimes
}

/** Presentation times of the shown video packets, in ticks of the stream's time base. */
export interface PacketTimes {
  /** Ascending: the frames in the order they are shown. Empty when the container does not say every packet's time. */
  readonly ticks: Float64Array
  /** Ascending, of the packets that decoding can begin with. */
  readonly keyTicks: Float64Array
  /** Where the last frame ends; 0 without times. */
  readonly endTick: number
}

interface Span {
  start: number
  end: number
}

/** Reads a file's tracks without decoding them: much faster, and enough to refuse a cut-off or oversized file before any work. */
export async function readPackets(probe: Probe, limits: ToolLimits, signal?: AbortSignal): Promise<PacketFacts> {
  let [shown, hidden] = [0, 0]
  const video: Span = { start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY }
  const audio: Span = { start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY }
  const collected = new PacketTimeLog()
  const entries = 'packet=stream_index,pts,pts_time,duration,duration_time,flags'
  const args = ['-v', 'error', '-show_entries', entries, '-of', 'csv=p=0', ...inputArgs(probe.path, probe.demuxer)]
  const onOutLine = (line: string) => {
    const [stream, ticks, time, durationTicks, duration, flags = ''] = line.split(',')
    // Packets with side data are followed by lines of their own.
    if (!/^\d+,/.test(line)) return
    const isVideo = Number(stream) === probe.video.index
    const discarded = flags.includes('D')
    if (isVideo && discarded) hidden += 1
    else if (isVideo) shown += 1
    if (isVideo) collected.add(Number(ticks), Number(durationTicks), flags)
    if (discarded || (!isVideo && Number(stream) !== probe.audio?.index)) return
    stretch(isVideo ? video : audio, Number(time), Number(duration), isVideo ? 1 / probe.video.fps : 0)
  }
  const { code, log } = await runTool('ffprobe', args, { limits, signal, onOutLine })
  if (code !== 0) throw new AppError('corrupt_media', 'The tracks could not be read to their end.', { cause: log })
  const promised = promisedFrames(probe)
  if (promised !== undefined && isShort(shown + hidden, promised)) {
    const message = `The file is cut off: its index lists ${promised} frames, ${shown + hidden} are there. Upload it again.`
    throw new AppError('corrupt_media', message)
  }
  if (shown === 0) throw new AppError('corrupt_media', 'The video track holds no frames.')
  const { timeBase, fps } = probe.video
  return {
    shown,
    hidden,
    videoS: length(video) ?? probe.durationS,
    audioS: probe.audio ? (length(audio) ?? 0) : null,
    times: collected.finish(timeBase.den / timeBase.num / fps),
  }
}

/** Gathers the times of video packets, which come in the order they are stored. */
class PacketTimeLog {
  readonly #ticks: number[] = []
  readonly #keys: number[] = []
  #lastDuration = Number.NaN
  #lastTick = Number.NEGATIVE_INFINITY
  #complete = true

  add(tick: number, duration: number, flags: string): void {
    const hidden = flags.includes('D')
    if (!Number.isFinite(tick)) {
      this.#complete &&= hidden
      return
    }
    // What an edit list hides can still be where decoding begins.
    if (flags.includes('K')) this.#keys.push(tick)
    if (hidden) return
    this.#ticks.push(tick)
    if (tick < this.#lastTick) return
    this.#lastTick = tick
    this.#lastDuration = duration
  }

  finish(usualDuration: number): PacketTimes {
    if (!this.#complete || this.#ticks.length === 0)
      return { ticks: new Float64Array(0), keyTicks: new Float64Array(0), endTick: 0 }
    const ticks = Float64Array.from(this.#ticks).sort()
    // As for decoded frames: a time that does not come after the one before becomes the next tick.
    for (let i = 1; i < ticks.length; i++) ticks[i] = Math.max(ticks[i] ?? 0, (ticks[i - 1] ?? 0) + 1)
    const duration = this.#lastDuration > 0 ? this.#lastDuration : Math.max(1, Math.round(usualDuration))
    return { ticks, keyTicks: Float64Array.from(this.#keys).sort(), endTick: (ticks.at(-1) ?? 0) + duration }
  }
}

/** Makes room for a packet; some containers do not say when or for how long. */
function stretch(span: Span, time: number, duration: number, usualDuration: number): void {
  if (!Number.isFinite(time)) return
  span.start = Math.min(span.start, time)
  span.end = Math.max(span.end, time + (Number.isFinite(duration) ? duration : usualDuration))
}

function length({ start, end }: Span): number | undefined {
  return end >= start ? end - start : undefined
}

/**
 * Frames the headers promise at least. AVI counts ticks of its clock there, and muxers make them half a frame long when frames are
 * reordered, so half of the count is all that can be relied on.
 */
function promisedFrames({ demuxer, video }: Probe): number | undefined {
  if (video.headerFrames === undefined) return undefined
  return demuxer === 'avi' ? Math.floor(video.headerFrames / 2) : video.headerFrames
}

/** A few frames may be lost (the last one, or a damaged one that nothing else needs); more than one in a hundred is damage. */
export function isShort(found: number, expected: number): boolean {
  return found < expected - Math.max(2, expected / 100)
}
