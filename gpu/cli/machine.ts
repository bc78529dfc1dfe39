import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { runTool } from '#gpu/media/ffmpeg.ts'

/** Older ones have known holes in their parsers. */
const FFMPEG_WANTED = [8, 1, 3] as const

/** The ffmpeg on the path, and whether it is as new as it should be. */
export async function ffmpegVersion(): Promise<{ readonly version: string; readonly current: boolean }> {
  const { lines } = await runTool('ffmpeg', ['-version'], { limits: { wallS: 20 } })
  const version = /^ffmpeg version (\S+)/.exec(lines[0] ?? '')?.[1] ?? 'unknown'
  const numbers = version.replace(/^n/, '').split(/[.-]/).map(Number)
  const difference = FFMPEG_WANTED.map((wanted, index) => (numbers[index] || 0) - wanted).find((value) => value !== 0)
  return { version, current: (difference ?? 0) >= 0 }
}

/** Name, memory and driver of the NVIDIA card, null when there is none. */
export async function graphicsCard(): Promise<string | null> {
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader']
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 })
    return stdout.trim().split('\n')[0] ?? null
  } catch {
    return null
  }
}
