import type { YuvColour, YuvMatrix } from '#gpu/onnx/yuv-graph.ts'
import { inputArgs, type Probe, type VideoStream } from './probe.ts'

/** Colour of the frames that leave the decoder, and the tags the encoder writes for them. */
export interface ColourPlan {
  readonly yuv: YuvColour
  /** ffmpeg's names for `-colorspace`, `-color_trc`, `-color_primaries`. */
  readonly tags: { readonly space: string; readonly transfer: string; readonly primaries: string }
  /** What the decoder's filter chain does: nothing, a matrix conversion to BT.709, or tone mapping to SDR BT.709. */
  readonly conversion: 'none' | 'matrix' | 'tone-map'
}

const HDR_TRANSFERS = new Set(['smpte2084', 'arib-std-b67'])
const BT601_SPACES = new Set(['smpte170m', 'bt470bg'])
/** ffprobe's names of SDR transfers → what ffmpeg's `-color_trc` calls them; others are tagged as is usual for the matrix. */
const TRANSFERS: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  smpte170m: 'smpte170m',
  bt470m: 'gamma22',
  bt470bg: 'gamma28',
  'iec61966-2-1': 'iec61966-2-1',
}
const PRIMARIES = new Set(['bt709', 'smpte170m', 'bt470bg', 'bt470m'])
const BT709_TAGS = { space: 'bt709', transfer: 'bt709', primaries: 'bt709' } as const

/**
 * BT.601 and BT.709 pass through untouched with their range; what is not said is taken as players do (BT.709 from 720 lines up) and
 * then written down, because the larger output would be guessed differently. HDR becomes SDR; all else is converted to BT.709.
 */
export function planColour(video: VideoStream): ColourPlan {
  const { space, range, transfer, primaries } = video.colour
  if (HDR_TRANSFERS.has(transfer))
    return { yuv: { matrix: 'bt709', fullRange: false }, tags: BT709_TAGS, conversion: 'tone-map' }
  const unsaid = space === 'unknown' || space === 'reserved'
  const isYuv = video.pixelFormat.startsWith('yuv') || video.pixelFormat.startsWith('nv')
  const matrix: YuvMatrix | undefined = unsaid
    ? Math.min(video.codedHeight, video.codedWidth) >= 720
      ? 'bt709'
      : 'bt601'
    : space === 'bt709'
      ? 'bt709'
      : BT601_SPACES.has(space)
        ? 'bt601'
        : undefined
  if (!isYuv || matrix === undefined)
    return { yuv: { matrix: 'bt709', fullRange: false }, tags: BT709_TAGS, conversion: 'matrix' }
  const usual = matrix === 'bt709' ? 'bt709' : 'smpte170m'
  const ownSpace = unsaid ? (matrix === 'bt709' ? 'bt709' : 'smpte170m') : space
  return {
    yuv: { matrix, fullRange: range === 'pc' || video.pixelFormat.startsWith('yuvj') },
    tags: {
      space: ownSpace,
      transfer: TRANSFERS[transfer] ?? usual,
      primaries: PRIMARIES.has(primaries) ? primaries : usual,
    },
    conversion: 'none',
  }
}

/** Whether samples have more than eight bits, by ffmpeg's name of their format. */
export function hasHighDepth({ pixelFormat }: Pick<VideoStream, 'pixelFormat'>): boolean {
  return /(?:9|1[0246]|48|64)(?:le|be)$/.test(pixelFormat)
}

/**
 * One chain decided by the probe: square pixels, the displayed size (or another `size`), 4:2:0 of 8 bits or, when asked for, of 10, SDR.
 * ffmpeg itself turns rotated frames before it.
 */
export function decodeFilters(
  probe: Probe,
  colour: ColourPlan,
  size: { readonly width: number; readonly height: number } = probe,
  format: 'yuv420p' | 'yuv420p10le' = 'yuv420p',
): string[] {
  const { video } = probe
  const { width, height } = size
  const range = colour.yuv.fullRange ? 'pc' : 'tv'
  const scale = `scale=${width}:${height}:flags=lanczos+accurate_rnd+full_chroma_int`
  if (colour.conversion === 'tone-map') {
    const { transfer, primaries, space } = video.colour
    const known = (value: string) => (value === 'unknown' || value === 'reserved' ? 'bt2020' : value)
    const matrix = space === 'unknown' || space === 'reserved' ? 'bt2020nc' : space
    return [
      // 203 nits is where HDR puts SDR's white (ITU-R BT.2408).
      `zscale=tin=${transfer}:pin=${known(primaries)}:min=${matrix}:t=linear:npl=203`,
      'format=gbrpf32le',
      'zscale=p=bt709',
      'tonemap=tonemap=mobius:desat=0',
      `zscale=w=${width}:h=${height}:f=lanczos:t=bt709:m=bt709:r=tv:d=error_diffusion`,
      `format=${format}`,
      'setsar=1',
    ]
  }
  // Both ranges are said, because ffmpeg would stretch what it guesses to be limited.
  const convert =
    colour.conversion === 'matrix' ? 'out_color_matrix=bt709:out_range=tv' : `in_range=${range}:out_range=${range}`
  return [`${scale}:${convert}`, `format=${format}`, 'setsar=1']
}

/** A part of the video, in seconds of its own clock. Boundaries lie between frames, so that rounding cannot move one across. */
export interface DecodeRange {
  /** Where the demuxer is sent, a key frame's time; absent means from the start. */
  readonly seekS?: number | undefined
  readonly startS: number
  /** Absent means to the end. */
  readonly endS?: number | undefined
}

export interface DecodeOptions {
  readonly threads: number
  /** Frames larger than this are refused by the decoder itself. */
  readonly maxPixels: number
  readonly range?: DecodeRange | undefined
  /** Leaves out smoothing between blocks, a quarter of the work: good enough to look at, never to show. */
  readonly skipLoopFilter?: boolean
  /** Leaves out frames that no other frame is predicted from. */
  readonly skipUnreferenced?: boolean
  /** Where raw frames go: a descriptor of its own (3, when absent) or standard output. */
  readonly outFd?: 1 | 3
}

/** Frames before the range are decoded, because others need them, and dropped before anything is done to them. */
function trimFilters(range: DecodeRange | undefined): string[] {
  if (range === undefined) return []
  const end = range.endS === undefined ? '' : `:end=${range.endS.toFixed(6)}`
  return [`trim=start=${range.startS.toFixed(6)}${end}`]
}

/**
 * Raw frames to a pipe, one line per frame with its time stamp on standard error. Times are the file's own (`-copyts`), so
 * that sound, which never passes through here, stays in step.
 */
export function decodeArgs(probe: Probe, filters: readonly string[], options: DecodeOptions): string[] {
  return [
    '-hide_banner',
    '-nostdin',
    '-nostats',
    '-loglevel',
    'info',
    '-copyts',
    '-threads',
    String(options.threads),
    '-max_pixels',
    String(options.maxPixels),
    ...(options.skipUnreferenced ? ['-skip_frame', 'noref'] : []),
    ...(options.skipLoopFilter ? ['-skip_loop_filter', 'all'] : []),
    ...(options.range?.seekS === undefined
      ? []
      : ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', options.range.seekS.toFixed(6)]),
    ...inputArgs(probe.path, probe.demuxer),
    '-map',
    `0:${probe.video.index}`,
    '-an',
    '-sn',
    '-dn',
    '-vf',
    [...trimFilters(options.range), ...filters, 'showinfo=checksum=0'].join(','),
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
    `pipe:${options.outFd ?? 3}`,
  ]
}
