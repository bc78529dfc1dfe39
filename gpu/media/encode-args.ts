import type { Quality, VideoCodec } from '#lib/contracts/media.ts'
import type { ColourPlan } from './decode-plan.ts'
import { inputArgs, type Probe, type Rational } from './probe.ts'

export const ENCODERS = ['h264_nvenc', 'hevc_nvenc', 'av1_nvenc', 'libx264', 'libx265', 'libsvtav1'] as const
export type EncoderName = (typeof ENCODERS)[number]

/** Hardware first; the second always exists in the image. */
export const ENCODERS_OF = {
  h264: ['h264_nvenc', 'libx264'],
  hevc: ['hevc_nvenc', 'libx265'],
  av1: ['av1_nvenc', 'libsvtav1'],
} as const satisfies Record<VideoCodec, readonly EncoderName[]>

/** NVENC's H.264 stops here (NVIDIA Video Codec SDK, encoder support matrix); its HEVC and AV1 go to 8192. */
const MAX_SIDE: Partial<Record<EncoderName, number>> = { h264_nvenc: 4096, hevc_nvenc: 8192, av1_nvenc: 8192 }

/** And does not begin below: refused sizes go to software. Rounded up from the same matrix. */
const MIN_SIZE: Partial<Record<EncoderName, readonly [width: number, height: number]>> = {
  h264_nvenc: [160, 64],
  hevc_nvenc: [160, 64],
  av1_nvenc: [256, 160],
}

export function chooseEncoder(
  codec: VideoCodec,
  size: { readonly width: number; readonly height: number },
  working: ReadonlySet<EncoderName>,
): EncoderName | undefined {
  const side = Math.max(size.width, size.height)
  return ENCODERS_OF[codec].find((name) => {
    const [width, height] = MIN_SIZE[name] ?? [0, 0]
    const fits = side <= (MAX_SIDE[name] ?? 16_384) && size.width >= width && size.height >= height
    return working.has(name) && fits
  })
}

type Settings = Record<Quality, readonly [preset: string, quality: string]>

/** Preset and constant quality. Software presets are chosen so that the network, not the encoder, is the slowest stage on a CPU. */
const SETTINGS: Record<EncoderName, Settings> = {
  h264_nvenc: { low: ['p4', '29'], medium: ['p5', '26'], high: ['p6', '23'] },
  hevc_nvenc: { low: ['p4', '31'], medium: ['p5', '28'], high: ['p6', '25'] },
  av1_nvenc: { low: ['p4', '38'], medium: ['p5', '33'], high: ['p6', '28'] },
  libx264: { low: ['veryfast', '26'], medium: ['veryfast', '22'], high: ['fast', '18'] },
  libx265: { low: ['superfast', '29'], medium: ['veryfast', '26'], high: ['fast', '22'] },
  libsvtav1: { low: ['11', '42'], medium: ['10', '36'], high: ['8', '30'] },
}

/** `lossless` is for measuring what happens before the encoder; nobody is offered it. */
export type EncodeQuality = Quality | 'lossless'

export function codecArgs(encoder: EncoderName, quality: EncodeQuality, threads: number): string[] {
  if (quality === 'lossless')
    return ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '0', '-threads', String(threads)]
  const [preset, level] = SETTINGS[encoder][quality]
  const args = ['-c:v', encoder, '-preset', preset]
  switch (encoder) {
    case 'h264_nvenc':
      return [...args, '-tune', 'hq', '-rc', 'vbr', '-cq', level, '-b:v', '0', '-profile:v', 'high', '-bf', '2']
    case 'hevc_nvenc':
      return [...args, '-tune', 'hq', '-rc', 'vbr', '-cq', level, '-b:v', '0', '-tag:v', 'hvc1']
    case 'av1_nvenc':
      return [...args, '-tune', 'hq', '-rc', 'vbr', '-cq', level, '-b:v', '0']
    case 'libx264':
      return [...args, '-crf', level, '-profile:v', 'high', '-threads', String(threads)]
    case 'libx265':
      return [
        ...args,
        '-crf',
        level,
        '-tag:v',
        'hvc1',
        '-x265-params',
        `pools=${threads}:frame-threads=1:log-level=error`,
      ]
    case 'libsvtav1':
      return [...args, '-crf', level, '-svtav1-params', `lp=${threads}`]
    default: {
      const never: never = encoder
      throw new Error(`no arguments for encoder ${String(never)}`)
    }
  }
}

export const CONTAINERS = ['mp4', 'mov', 'webm'] as const
export type Container = (typeof CONTAINERS)[number]

/** Codecs that the container and what plays it take as they are; all others are encoded anew. */
const COPIED_AUDIO: Record<Container, ReadonlySet<string>> = {
  mp4: new Set(['aac', 'mp3', 'opus', 'flac']),
  mov: new Set(['aac', 'mp3', 'alac', 'ac3', 'pcm_s16le', 'pcm_s24le']),
  webm: new Set(['opus', 'vorbis']),
}

export function audioArgs(codec: string, container: Container = 'mp4'): string[] {
  return COPIED_AUDIO[container].has(codec)
    ? ['-c:a', 'copy', '-strict', 'experimental']
    : ['-c:a', container === 'webm' ? 'libopus' : 'aac', '-b:a', '128k', '-ac', '2']
}

/** Raw sound: 16-bit little-endian samples, channels interleaved. */
export interface PcmFormat {
  readonly sampleRate: number
  readonly channels: number
}

export interface EncodePlan {
  readonly encoder: EncoderName
  readonly quality: EncodeQuality
  readonly threads: number
  /** `mp4` when absent. */
  readonly container?: Container
  /** Size of the frames that come in, and of the video that goes out. */
  readonly frames: { readonly width: number; readonly height: number }
  readonly output: { readonly width: number; readonly height: number }
  /** Ticks of the source's clock; the output's clock ticks the same. */
  readonly timeBase: Rational
  readonly colour: ColourPlan
  /** Of the frames that come in and of the video, 8 when absent. H.264 has 8: players decode nothing else of it. */
  readonly bits?: 8 | 10 | undefined
  /** Where sound comes from; none when it has none. */
  readonly source: Probe
  /** Sound from pipe 4 in place of the source's own, from time zero on. */
  readonly pcm?: PcmFormat | undefined
  /** A file of chapters in ffmpeg's metadata format. */
  readonly chaptersPath?: string | undefined
  readonly outputPath: string
}

/** NVENC takes ten bits as the upper ones of sixteen, chroma interleaved. */
function tenBitFormat(encoder: EncoderName): string {
  return encoder.endsWith('_nvenc') ? 'p010le' : 'yuv420p10le'
}

/** The output's clock: as fine as the source's, whole ticks per second. */
export function timescale(timeBase: Rational): number {
  return timeBase.den % timeBase.num === 0 ? timeBase.den / timeBase.num : timeBase.den
}

/** Raw frames with their times from pipe 3 and sound, from the source itself or pipe 4, to a file that can be played while it loads. */
export function encodeArgs(plan: EncodePlan): string[] {
  const { colour, frames, output } = plan
  const resized = frames.width !== output.width || frames.height !== output.height
  const sound = soundInput(plan)
  const chapters = plan.chaptersPath
  return [
    '-hide_banner',
    '-nostdin',
    '-nostats',
    '-loglevel',
    'warning',
    '-y',
    '-copyts',
    '-protocol_whitelist',
    'pipe',
    '-probesize',
    '32',
    '-analyzeduration',
    '0',
    '-f',
    'matroska',
    '-i',
    'pipe:3',
    ...sound.input,
    ...(chapters === undefined ? [] : ['-protocol_whitelist', 'file', '-f', 'ffmetadata', '-i', `file:${chapters}`]),
    '-map',
    '0:v:0',
    ...sound.map,
    // Not all at once: that would empty the chapters' titles, too.
    '-map_metadata:g',
    '-1',
    '-map_metadata:s',
    '-1',
    '-map_chapters',
    chapters === undefined ? '-1' : sound.input.length > 0 ? '2' : '1',
    ...(resized ? ['-vf', `scale=${output.width}:${output.height}:flags=lanczos+accurate_rnd,setsar=1`] : []),
    '-fps_mode',
    'passthrough',
    '-enc_time_base',
    `1:${timescale(plan.timeBase)}`,
    ...codecArgs(plan.encoder, plan.quality, plan.threads),
    '-pix_fmt',
    plan.bits === 10 ? tenBitFormat(plan.encoder) : 'yuv420p',
    '-color_range',
    colour.yuv.fullRange ? 'pc' : 'tv',
    '-colorspace',
    colour.tags.space,
    '-color_trc',
    colour.tags.transfer,
    '-color_primaries',
    colour.tags.primaries,
    ...sound.codec,
    '-max_muxing_queue_size',
    '4096',
    ...containerArgs(plan),
    `file:${plan.outputPath}`,
  ]
}

/** The second input, when there is sound, and what becomes of it. */
function soundInput({ source, pcm, container }: EncodePlan): { input: string[]; map: string[]; codec: string[] } {
  if (pcm !== undefined) {
    const format = ['-f', 's16le', '-ar', String(pcm.sampleRate), '-ac', String(pcm.channels)]
    return {
      input: ['-protocol_whitelist', 'pipe', ...format, '-i', 'pipe:4'],
      map: ['-map', '1:a:0'],
      codec: audioArgs('pcm', container),
    }
  }
  const { audio, originS } = source
  if (audio === undefined) return { input: [], map: [], codec: [] }
  const offset = originS === 0 ? [] : ['-itsoffset', String(-originS)]
  return {
    input: [...offset, ...inputArgs(source.path, source.demuxer)],
    map: ['-map', `1:${audio.index}`],
    codec: audioArgs(audio.codec, container),
  }
}

function containerArgs({ container = 'mp4', timeBase }: EncodePlan): string[] {
  // WebM keeps times in whole milliseconds, whatever is asked for.
  if (container === 'webm') return ['-cues_to_front', '1', '-f', 'webm']
  const scale = String(timescale(timeBase))
  // Edit lists, which hold a start that is not zero, count in the movie's clock: thousandths, if nobody says otherwise.
  return ['-video_track_timescale', scale, '-movie_timescale', scale, '-movflags', '+faststart', '-f', container]
}
