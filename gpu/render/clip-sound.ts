import { write } from 'node:fs'
import { promisify } from 'node:util'
import type { PcmFormat } from '#gpu/media/encode-args.ts'
import { startTool, type ToolLimits } from '#gpu/media/ffmpeg.ts'
import { inputArgs, type Probe } from '#gpu/media/probe.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { type AudioRange, audioRanges, type MappedClip, type SourceTimes } from '#lib/core/render/time-map.ts'
import { fadeEdges } from './fade-edges.ts'

/** What cut sound is mixed to: both AAC and Opus take it, and no player minds. */
export const CLIP_SOUND: PcmFormat = { sampleRate: 48_000, channels: 2 }
const FRAME_BYTES = 2 * CLIP_SOUND.channels
/** Decoders of compressed sound need a little of what comes before. */
const PREROLL_S = 1
/** Against clicks where sound is cut. */
const FADE_S = 0.005

export interface ClipSound {
  readonly probe: Probe
  readonly times: SourceTimes
  readonly clips: readonly MappedClip[]
  /** A pipe to the encoder. */
  readonly fd: number
  readonly limits: ToolLimits
  readonly signal: AbortSignal
}

/**
 * Writes the sound of a file's clips one after another as raw samples. Every clip gets exactly the samples its picture lasts, silence
 * where the source has none, so that nothing adds up however many clips there are.
 */
export async function writeClipSound(sound: ClipSound): Promise<void> {
  const ranges = audioRanges(sound.times, sound.clips, CLIP_SOUND.sampleRate)
  for (const [index, range] of ranges.entries()) {
    // Clips that go on where the one before stopped sound as one.
    const [before, after] = [ranges[index - 1], ranges[index + 1]]
    const fades = {
      in: before === undefined || Math.abs(before.endSample - range.startSample) > 1,
      out: after === undefined || Math.abs(after.startSample - range.endSample) > 1,
    }
    try {
      await writeRange(sound, range, fades)
    } catch (error) {
      // The encoder is gone; why is for it to say.
      if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return
      throw error
    }
  }
}

async function writeRange(
  { probe, times, fd, limits, signal }: ClipSound,
  range: AudioRange,
  fades: { readonly in: boolean; readonly out: boolean },
): Promise<void> {
  const total = range.endSample - range.startSample
  const tool = startTool('ffmpeg', clipSoundArgs(probe, times.originS ?? 0, range), {
    limits,
    signal,
    outBytes: true,
    background: true,
  })
  const edges = { total, fadeIn: fades.in ? FADE_SAMPLES : 0, fadeOut: fades.out ? FADE_SAMPLES : 0 }
  let written = 0
  let rest: Uint8Array = new Uint8Array(0)
  try {
    for await (const chunk of (tool.output ?? []) as AsyncIterable<Uint8Array>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const frames = Math.min(Math.floor(bytes.length / FRAME_BYTES), total - written)
      const whole = bytes.subarray(0, frames * FRAME_BYTES)
      rest = written + frames === total ? new Uint8Array(0) : bytes.subarray(frames * FRAME_BYTES)
      fadeEdges(whole, CLIP_SOUND.channels, written, edges)
      await writeFully(fd, whole)
      written += frames
    }
  } finally {
    tool.kill()
  }
  const { code, log } = await tool.exit
  signal.throwIfAborted()
  if (code !== 0) throw new AppError('decode_failed', 'The sound could not be decoded: it is damaged.', { cause: log })
  await writeFully(fd, new Uint8Array((total - written) * FRAME_BYTES))
}

const FADE_SAMPLES = Math.round(FADE_S * CLIP_SOUND.sampleRate)

/**
 * One range of the source's sound to standard output. Samples are placed by their time stamps: gaps become silence, a late start too.
 * `first_pts` counts samples of the filter's input, hence the second filter of the same rate.
 */
export function clipSoundArgs(probe: Probe, originS: number, range: AudioRange): string[] {
  const { sampleRate } = CLIP_SOUND
  const origin = Math.round(originS * sampleRate)
  const [first, end] = [range.startSample + origin, range.endSample + origin]
  const seekS = first / sampleRate - PREROLL_S
  const filters = [
    `aresample=${sampleRate}`,
    'aformat=sample_fmts=fltp:channel_layouts=stereo',
    `aresample=${sampleRate}:async=1:min_hard_comp=0.02:first_pts=${first}`,
    `atrim=start_pts=${first}:end_pts=${end}`,
    'aformat=sample_fmts=s16',
  ]
  return [
    '-hide_banner',
    '-nostdin',
    '-nostats',
    '-loglevel',
    'warning',
    '-copyts',
    ...(seekS > Math.max(0, originS) ? ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', seekS.toFixed(6)] : []),
    ...inputArgs(probe.path, probe.demuxer),
    '-map',
    `0:${probe.audio?.index ?? 'a:0'}`,
    '-vn',
    '-sn',
    '-dn',
    '-af',
    filters.join(','),
    '-f',
    's16le',
    'pipe:1',
  ]
}

const writeSome = promisify(write)

/** In the thread pool: the pipe is full most of the time. */
async function writeFully(fd: number, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const { bytesWritten } = await writeSome(fd, bytes, offset, bytes.length - offset)
    offset += bytesWritten
  }
}
