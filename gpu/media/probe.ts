import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { AppError } from '#lib/contracts/errors.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'
import { PROBE_LIMITS, runTool } from './ffmpeg.ts'
import { frameRate } from './frame-rate.ts'
import { type Demuxer, sniffFile } from './sniff.ts'

/** A fraction as ffprobe writes it. */
export interface Rational {
  readonly num: number
  readonly den: number
}

export interface VideoStream {
  readonly index: number
  readonly codec: string
  /** Stored size, before rotation and sample aspect ratio. */
  readonly codedWidth: number
  readonly codedHeight: number
  readonly sampleAspect: Rational
  readonly rotation: 0 | 90 | 180 | 270
  readonly timeBase: Rational
  /** On average; above 0, at most 1000. */
  readonly fps: number
  readonly pixelFormat: string
  readonly colour: {
    readonly space: string
    readonly range: string
    readonly transfer: string
    readonly primaries: string
  }
  readonly headerFrames: number | undefined
  readonly durationS: number | undefined
}

export interface AudioStream {
  readonly index: number
  readonly codec: string
  readonly sampleRate: number
  readonly durationS: number | undefined
}

export interface Probe {
  readonly path: string
  readonly demuxer: Demuxer
  readonly bytes: number
  readonly video: VideoStream
  readonly audio: AudioStream | undefined
  /** Displayed size: rotation and sample aspect ratio applied. */
  readonly width: number
  readonly height: number
  readonly durationS: number
  /** Seconds that stand for zero: transport and program streams start their clocks anywhere, other containers at zero. */
  readonly originS: number
}

/** Options every opening of an untrusted file begins with: the demuxer is forced and nothing but the file can be read. */
export function inputArgs(path: string, demuxer: Demuxer): string[] {
  return ['-protocol_whitelist', 'file,pipe', '-max_streams', '64', '-f', demuxer, '-i', `file:${path}`]
}

const optionalNumber = z.coerce.number().optional().catch(undefined)
const Stream = z.object({
  index: z.number(),
  codec_type: z.string(),
  codec_name: z.string().default('unknown'),
  width: z.number().default(0),
  height: z.number().default(0),
  sample_aspect_ratio: z.string().default('1:1'),
  time_base: z.string(),
  avg_frame_rate: z.string().default('0/0'),
  r_frame_rate: z.string().default('0/0'),
  pix_fmt: z.string().default('unknown'),
  color_space: z.string().default('unknown'),
  color_range: z.string().default('unknown'),
  color_transfer: z.string().default('unknown'),
  color_primaries: z.string().default('unknown'),
  sample_rate: optionalNumber,
  nb_frames: optionalNumber,
  duration: optionalNumber,
  start_time: optionalNumber,
  disposition: z
    .object({ attached_pic: z.number().default(0), default: z.number().default(0) })
    .default({ attached_pic: 0, default: 0 }),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).default([]),
})
const ProbeJson = z.object({
  streams: z.array(Stream).default([]),
  format: z.object({ start_time: optionalNumber, duration: optionalNumber }).default({}),
})

/** What ffprobe is asked for: what is parsed, and no tags, which are free text that it passes on as it is. */
const ENTRIES = [
  `stream=${Object.keys(Stream.omit({ disposition: true, side_data_list: true }).shape).join(',')}`,
  'stream_disposition=attached_pic,default',
  'stream_side_data=rotation',
  'format=start_time,duration',
].join(':')

/** Understands ffprobe's answer. Throws `corrupt_media`. */
export function parseProbe(text: string): z.infer<typeof ProbeJson> {
  try {
    return ProbeJson.parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError('corrupt_media', 'The file describes its streams in a way that makes no sense.', { cause })
  }
}

/** Reads a local file's headers. Throws `unsupported_media`, `corrupt_media` or `no_video`. */
export async function probeFile(path: string, signal?: AbortSignal): Promise<Probe> {
  const demuxer = await sniffFile(path)
  const args = ['-v', 'error', '-print_format', 'json', '-show_entries', ENTRIES, ...inputArgs(path, demuxer)]
  const { code, lines, log, timedOut } = await runTool('ffprobe', args, { limits: PROBE_LIMITS, signal })
  if (code !== 0 || timedOut) {
    throw new AppError('corrupt_media', 'The file could not be read as video: its headers are damaged or cut off.', {
      cause: log,
    })
  }
  const { streams, format } = parseProbe(lines.join('\n'))
  const stream = streams.find((entry) => entry.codec_type === 'video' && entry.disposition.attached_pic === 0)
  if (stream === undefined) throw new AppError('no_video', 'The file holds no video track.')
  const video = videoStream(stream)
  const sounds = streams.filter((entry) => entry.codec_type === 'audio')
  const sound = sounds.find((entry) => entry.disposition.default === 1) ?? sounds[0]
  return {
    path,
    demuxer,
    bytes: (await stat(path)).size,
    video,
    audio: sound && {
      index: sound.index,
      codec: sound.codec_name,
      sampleRate: sound.sample_rate ?? 0,
      durationS: sound.duration,
    },
    ...displayedSize(video),
    durationS: video.durationS ?? format.duration ?? 0,
    originS: timeOrigin(demuxer, format.start_time, stream.start_time),
  }
}

/** Video never starts before zero in the output; a file that does is moved as a whole, sound included. */
function timeOrigin(demuxer: Demuxer, fileStart = 0, videoStart = 0): number {
  return demuxer === 'mpegts' || demuxer === 'mpeg' ? fileStart : Math.min(0, videoStart)
}

function videoStream(stream: z.infer<typeof Stream>): VideoStream {
  if (stream.width === 0 || stream.height === 0)
    throw new AppError('corrupt_media', 'The video track does not say how large its frames are.')
  const aspect = rational(stream.sample_aspect_ratio)
  const turn = stream.side_data_list.find((entry) => entry.rotation !== undefined)?.rotation ?? 0
  return {
    index: stream.index,
    codec: stream.codec_name,
    codedWidth: stream.width,
    codedHeight: stream.height,
    sampleAspect: aspect && aspect.num > 0 ? aspect : { num: 1, den: 1 },
    rotation: quarterTurns(turn),
    timeBase: rational(stream.time_base) ?? { num: 1, den: 1000 },
    fps: frameRate(rational(stream.avg_frame_rate), rational(stream.r_frame_rate)),
    pixelFormat: stream.pix_fmt,
    colour: {
      space: stream.color_space,
      range: stream.color_range,
      transfer: stream.color_transfer,
      primaries: stream.color_primaries,
    },
    headerFrames: stream.nb_frames,
    durationS: stream.duration,
  }
}

export function rational(text: string): Rational | undefined {
  const match = /^(\d+)[:/](\d+)$/.exec(text)
  if (!match) return undefined
  const [num, den] = [Number(match[1]), Number(match[2])]
  return den > 0 ? { num, den } : undefined
}

/** ffprobe counts anti-clockwise; we say how far to turn clockwise. */
function quarterTurns(degrees: number): 0 | 90 | 180 | 270 {
  const turns = (((Math.round(-degrees / 90) % 4) + 4) % 4) as 0 | 1 | 2 | 3
  return ([0, 90, 180, 270] as const)[turns]
}

/** Square pixels by enlarging the shorter side (nothing is thrown away), then the rotation. */
export function displayedSize(video: Pick<VideoStream, 'codedWidth' | 'codedHeight' | 'sampleAspect' | 'rotation'>): {
  width: number
  height: number
} {
  const { num, den } = video.sampleAspect
  const width = num > den ? Math.round((video.codedWidth * num) / den) : video.codedWidth
  const height = num < den ? Math.round((video.codedHeight * den) / num) : video.codedHeight
  return video.rotation % 180 === 0 ? { width, height } : { width: height, height: width }
}

/** A probe in the words app and worker share, with what was measured in place of what the headers claim. */
export function mediaFacts(
  probe: Probe,
  measured: { readonly frames: number; readonly videoS: number; readonly audioS: number | null },
): MediaFacts {
  return {
    container: probe.demuxer,
    video_codec: probe.video.codec,
    width: probe.width,
    height: probe.height,
    rotation: probe.video.rotation,
    duration_s: measured.videoS,
    frames: measured.frames,
    fps: probe.video.fps,
    audio_codec: probe.audio?.codec ?? null,
    audio_duration_s: measured.audioS,
    bytes: probe.bytes,
  }
}
