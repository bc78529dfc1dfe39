import type { DecodeOptions } from '#gpu/media/decode-plan.ts'
import { type ColourPlan, decodeFilters } from '#gpu/media/decode-plan.ts'
import { codecArgs, type EncoderName, timescale } from '#gpu/media/encode-args.ts'
import { inputArgs, type Probe } from '#gpu/media/probe.ts'
import type { FilmstripPlan } from './plan-filmstrip.ts'
import { WAVEFORM_RATE } from './waveform.ts'

export interface IngestPlan {
  readonly probe: Probe
  readonly colour: ColourPlan
  readonly encoder: EncoderName
  readonly proxy: { readonly width: number; readonly height: number }
  readonly filmstrip: FilmstripPlan
  /** Seconds; the frame shown then becomes the poster. */
  readonly posterAtS: number
  readonly options: DecodeOptions
  readonly paths: { readonly video: string; readonly poster: string; readonly filmstrip: string }
}

/** Every frame has a time of its own, after the one before: broken files would otherwise lose frames in the encoder. */
const STRICT_TIMES = "setpts='if(isnan(PREV_OUTPTS),if(isnan(PTS),0,PTS),if(gt(PTS,PREV_OUTPTS),PTS,PREV_OUTPTS+1))'"
/** JPEG is full-range BT.601. */
const JPEG = 'out_range=pc:out_color_matrix=bt601,format=yuvj420p'
const JPEG_OUTPUT = ['-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '4', '-f', 'image2', '-update', '1']

/** The frames once decoded and scaled, three ways: all to the encoder, one to the poster, some to the filmstrip. */
export function ingestGraph({ probe, colour, proxy, filmstrip, posterAtS }: IngestPlan): string {
  const { columns, rows, tileWidth, tileHeight, stepS } = filmstrip
  const frames = [...decodeFilters(probe, colour, proxy), STRICT_TIMES, 'showinfo=checksum=0', 'split=3']
  return [
    `[0:${probe.video.index}]${frames.join(',')}[proxy][still][tiles]`,
    `[still]select='gte(t,${posterAtS.toFixed(6)})*eq(selected_n,0)',scale=${JPEG}[poster]`,
    `[tiles]select='gte(t,${stepS.toFixed(6)}*selected_n)*lt(selected_n,${columns * rows})',` +
      `scale=${tileWidth}:${tileHeight}:flags=area:${JPEG},tile=${columns}x${rows}[strip]`,
  ].join(';')
}

/**
 * One decode of an untrusted file to a fast-start H.264 proxy with a key frame every second, poster, filmstrip, and the sound as raw
 * samples on standard output. One line per frame goes to standard error.
 */
export function ingestArgs(plan: IngestPlan): string[] {
  const { probe, colour, options, paths } = plan
  const { audio } = probe
  const scale = timescale(probe.video.timeBase)
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', '-y', '-copyts'],
    ...['-threads', String(options.threads), '-max_pixels', String(options.maxPixels)],
    ...(probe.originS === 0 ? [] : ['-itsoffset', String(-probe.originS)]),
    ...inputArgs(probe.path, probe.demuxer),
    ...['-filter_complex', ingestGraph(plan)],
    ...['-map', '[proxy]', ...(audio ? ['-map', `0:${audio.index}`] : [])],
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-fps_mode', 'passthrough', '-enc_time_base', `1:${scale}`],
    ...codecArgs(plan.encoder, 'medium', options.threads),
    ...['-force_key_frames', 'expr:gte(t,n_forced)', '-forced-idr', '1', '-pix_fmt', 'yuv420p'],
    ...['-color_range', colour.yuv.fullRange ? 'pc' : 'tv', '-colorspace', colour.tags.space],
    ...['-color_trc', colour.tags.transfer, '-color_primaries', colour.tags.primaries],
    ...(audio ? proxySound(audio.codec) : []),
    ...['-video_track_timescale', String(scale), '-movflags', '+faststart', '-max_muxing_queue_size', '4096'],
    ...['-f', 'mp4', `file:${paths.video}`],
    ...['-map', '[poster]', ...JPEG_OUTPUT, `file:${paths.poster}`],
    ...['-map', '[strip]', ...JPEG_OUTPUT, `file:${paths.filmstrip}`],
    ...(audio
      ? [
          ...['-map', `0:${audio.index}`, '-af', 'aresample=async=1:first_pts=0', '-ac', '1'],
          ...['-ar', String(WAVEFORM_RATE), '-f', 's16le', 'pipe:1'],
        ]
      : []),
  ]
}

/** Every browser plays AAC; anything else becomes it. */
function proxySound(codec: string): string[] {
  return codec === 'aac' ? ['-c:a', 'copy'] : ['-c:a', 'aac', '-b:a', '128k', '-ac', '2']
}
