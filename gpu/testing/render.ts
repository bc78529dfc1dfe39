import { readdir, readFile } from 'node:fs/promises'
import type { RenderRequest } from '#gpu/render/render-request.ts'
import { renderVideo } from '#gpu/render/render-video.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { ffmpeg } from './clips.ts'
import { testContext } from './task-context.ts'

/** Renders a file; without losses unless the request says otherwise, so that what happens before the encoder can be measured. */
export async function render(
  input: string,
  request: Partial<RenderRequest> = {},
  overrides: Partial<TaskContext> = {},
) {
  const context = await testContext(input, overrides)
  const made = await renderVideo({ format: 'mp4', codec: 'h264', quality: 'lossless', ...request }, context)
  return { ...made, video: made.files.video ?? '', context }
}

/** Luma planes of a video's frames, as ffmpeg decodes them. */
export async function lumaFrames(path: string, size: { width: number; height: number }): Promise<Uint8Array[]> {
  const raw = await ffmpeg('-i', path, '-fps_mode', 'passthrough', '-pix_fmt', 'yuv420p', '-f', 'rawvideo', '-')
  const [luma, frame] = [size.width * size.height, (size.width * size.height * 3) / 2]
  return Array.from({ length: raw.length / frame }, (_, index) => raw.subarray(index * frame, index * frame + luma))
}

/** First channel of a file's sound as samples from −1 to 1, at 48 kHz, from time zero of the file on. */
export async function samples(path: string): Promise<Float32Array> {
  const filter = 'aresample=48000:async=1:first_pts=0'
  const raw = await ffmpeg('-i', path, '-map', '0:a:0', '-af', filter, '-ac', '1', '-f', 'f32le', '-')
  return new Float32Array(raw.slice().buffer)
}

/** Processes that this one started and that still run, by their command line. */
export async function childProcesses(): Promise<{ pid: number; command: string }[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    names.map(async (pid) => {
      const [stat, command] = await Promise.all(
        ['stat', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      )
      const parent = Number(/\) \S+ (\d+)/.exec(stat ?? '')?.[1])
      return parent === process.pid && command ? [{ pid: Number(pid), command: command.replaceAll('\0', ' ') }] : []
    }),
  )
  return found.flat()
}
