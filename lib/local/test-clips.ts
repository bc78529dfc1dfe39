import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface ClipOptions {
  seconds?: number
  fps?: number
  size?: string
  audio?: boolean
  /** Encoder and muxer arguments of ffmpeg, before the output. */
  args?: readonly string[]
}

/** Bytes of a short test-pattern clip; the extension picks the container. Needs ffmpeg. */
export async function makeClip(extension: string, options: ClipOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { seconds = 2, fps = 30, size = '160x90', audio = false, args = [] } = options
  const inputs = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${fps}:duration=${seconds}`]
  if (audio) inputs.push('-f', 'lavfi', '-i', `sine=duration=${seconds}`)
  return await runFfmpeg(extension, [...inputs, '-pix_fmt', 'yuv420p', ...args])
}

/** What ffmpeg writes for these arguments. */
export async function runFfmpeg(extension: string, args: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const folder = await mkdtemp(join(tmpdir(), 'clip-'))
  try {
    const path = join(folder, `clip.${extension}`)
    await run('ffmpeg', ['-v', 'error', '-nostdin', '-bitexact', ...args, '-y', path])
    return new Uint8Array(await readFile(path))
  } finally {
    await rm(folder, { recursive: true })
  }
}
