import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const LIMITS = { maxBuffer: 64 << 20 }

/** Runs ffmpeg quietly; answers its standard output as bytes. */
export async function ffmpeg(...args: string[]): Promise<Uint8Array> {
  const options = { ...LIMITS, encoding: 'buffer' as const }
  const { stdout } = await run('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y', ...args], options)
  return stdout
}

async function ffprobe(...args: string[]): Promise<string> {
  const { stdout } = await run('ffprobe', ['-v', 'error', ...args], LIMITS)
  return stdout
}

/** ffmpeg input arguments of a moving test picture. */
export function picture(size: string, frames: number, fps = 25): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${fps}:d=${frames / fps}`]
}

/** ffmpeg input arguments of a tone. */
export function tone(seconds: number): string[] {
  return ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`]
}

export const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']

/** Presentation times of the decoded frames, in seconds, as the container tells them. */
export async function frameTimes(path: string, ...options: string[]): Promise<number[]> {
  const text = await ffprobe(
    ...options,
    '-select_streams',
    'v:0',
    '-show_entries',
    'frame=pts_time',
    '-of',
    'csv=p=0',
    path,
  )
  return text.split('\n').flatMap((line) => (/^-?\d/.test(line) ? [Number.parseFloat(line)] : []))
}

/** Named fields of the first stream of a kind (`v:0`, `a:0`). */
export async function streamFields(path: string, stream: string, ...fields: string[]): Promise<Record<string, string>> {
  const text = await ffprobe(
    '-select_streams',
    stream,
    '-show_entries',
    `stream=${fields.join(',')}`,
    '-of',
    'json',
    path,
  )
  const parsed = JSON.parse(text) as { streams: Record<string, string | number>[] }
  return Object.fromEntries(Object.entries(parsed.streams[0] ?? {}).map(([key, value]) => [key, String(value)]))
}

/** Digest of the undecoded packets of a stream: equal means copied. */
export async function packetDigest(path: string, stream: string): Promise<string> {
  return new TextDecoder().decode(await ffmpeg('-i', path, '-map', `0:${stream}`, '-c', 'copy', '-f', 'md5', '-'))
}

/** Mean PSNR in dB of luma between two videos of one size. */
export async function lumaPsnr(path: string, reference: string): Promise<number> {
  const filter = '[0:v]setpts=N[a];[1:v]setpts=N[b];[a][b]psnr=stats_file=-'
  const text = new TextDecoder().decode(
    await ffmpeg('-i', path, '-i', reference, '-lavfi', filter, '-f', 'null', '/dev/null'),
  )
  const values = [...text.matchAll(/psnr_y:([\d.]+)/g)].map((match) => Number(match[1]))
  if (values.length === 0) throw new Error('no PSNR was measured')
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Folder of real clips that are not part of the repository; tests that need it skip when it is absent. */
export const SHARED_DIR = resolve(process.env.SHARED_DIR ?? '../shared')
export function shared(path: string): string | undefined {
  const full = resolve(SHARED_DIR, path)
  return existsSync(full) ? full : undefined
}
