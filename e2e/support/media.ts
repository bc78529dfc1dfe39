import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Real clips for tests live beside the repository, where they exist at all. */
export const SHARED_VIDEO = join(process.env.SHARED_DIR ?? join(import.meta.dirname, '../../../shared'), 'data/video')

export function sharedClip(name: string): string | null {
  const path = join(SHARED_VIDEO, name)
  return existsSync(path) ? path : null
}

export interface ClipOptions {
  width?: number
  height?: number
  fps?: number
  seconds?: number
  sound?: boolean
}

/** A moving test picture with a tone, as a phone would record it: H.264 with B-frames and AAC in MP4. */
export function makeClip(path: string, options: ClipOptions = {}): string {
  const { width = 320, height = 180, fps = 25, seconds = 2, sound = true } = options
  const video = ['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=${fps}:duration=${seconds}`]
  const tone = sound
    ? ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`, '-c:a', 'aac']
    : []
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-movflags', '+faststart']
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...video, ...tone, ...codec, path])
  return path
}

/** A player and a ball run across a busy picture that stands still: 480 × 270, 25 frames a second. */
export function makeRunningClip(path: string, seconds = 2): string {
  const scene = `testsrc2=s=480x270:r=25:d=0.1,loop=-1:1,setpts=N/25/TB,eq=contrast=0.4`
  const box = (size: string) => ['-f', 'lavfi', '-i', `color=white:s=${size}:r=25`]
  const run = "[0][1]overlay=x='40+60*t':y=90[a];[a][2]overlay=x='460-80*t':y='200-8*t'"
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-movflags', '+faststart']
  const inputs = ['-f', 'lavfi', '-i', scene, ...box('24x64'), ...box('8x8')]
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...inputs, '-lavfi', run, '-t', String(seconds), ...codec, path])
  return path
}

/** What an iPhone records by default: HEVC in a QuickTime file, which no browser here plays. */
export function makePhoneClip(path: string, seconds = 2): string {
  const video = ['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=25:duration=${seconds}`]
  const tone = ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`, '-c:a', 'aac']
  const codec = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-pix_fmt', 'yuv420p']
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...video, ...tone, ...codec, '-tag:v', 'hvc1', '-f', 'mov', path])
  return path
}

/** What an old camera or screen recorder writes: DivX and MP3 in an AVI, which no browser plays. */
export function makeOldClip(path: string, seconds = 2): string {
  const video = ['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=25:duration=${seconds}`]
  const tone = ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`, '-c:a', 'libmp3lame']
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...video, ...tone, '-c:v', 'mpeg4', '-q:v', '3', '-f', 'avi', path])
  return path
}

export interface Decoded {
  width: number
  height: number
  /** Presentation times of every decoded frame, seconds from the first. */
  timesS: number[]
  audioSeconds: number | null
}

/** What a file really holds, by decoding it. */
export function decode(path: string): Decoded {
  const stream = probe(path, [
    '-select_streams',
    'v:0',
    '-show_entries',
    'stream=width,height:stream_side_data=rotation',
  ]).streams[0]
  const frames = probe(path, [
    '-select_streams',
    'v:0',
    '-show_entries',
    'frame=pts_time,best_effort_timestamp_time',
  ]).frames
  const times = frames.map((frame) => Number(frame.pts_time ?? frame.best_effort_timestamp_time))
  const audio = probe(path, ['-select_streams', 'a:0', '-show_entries', 'packet=pts_time,duration_time']).packets
  const last = audio.at(-1)
  const first = times[0] ?? 0
  return {
    width: Number(stream?.width),
    height: Number(stream?.height),
    timesS: times.map((time) => time - first),
    audioSeconds: last ? Number(last.pts_time) + Number(last.duration_time ?? 0) - Number(audio[0]?.pts_time) : null,
  }
}

interface ProbeReport {
  streams: { width?: number; height?: number }[]
  frames: { pts_time?: string; best_effort_timestamp_time?: string }[]
  packets: { pts_time?: string; duration_time?: string }[]
}

function probe(path: string, query: string[]): ProbeReport {
  const text = execFileSync('ffprobe', ['-v', 'error', ...query, '-of', 'json', path], {
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  })
  return { streams: [], frames: [], packets: [], ...JSON.parse(text) }
}

/**
 * An MP4 whose headers are small and false: the track's table says 320 × 180 while the pictures are twice that. A price made from the headers
 * would be a quarter of the true one.
 */
export function makeLyingClip(path: string): string {
  makeClip(path, { width: 640, height: 360 })
  const bytes = readFileSync(path)
  patchSizes(bytes)
  writeFileSync(path, bytes)
  return path
}

/** Overwrites the displayed size in `tkhd` and the coded size in the sample entry (ISO 14496-12, 8.3.2 and 12.1.3). */
function patchSizes(bytes: Buffer): void {
  const header = bytes.indexOf('tkhd')
  const entry = bytes.indexOf('avc1', bytes.indexOf('stsd'))
  if (header < 0 || entry < 0) throw new Error('this is not the file that was written')
  bytes.writeUInt32BE(320 * 65_536, header + 4 + 76)
  bytes.writeUInt32BE(180 * 65_536, header + 4 + 80)
  bytes.writeUInt16BE(320, entry + 4 + 24)
  bytes.writeUInt16BE(180, entry + 4 + 26)
}
