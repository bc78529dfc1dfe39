import { spawn } from 'node:child_process'
import { AppError } from '#lib/contracts/errors.ts'
import type { ColourPlan } from './decode-plan.ts'
import { limitedCommand, runTool, type ToolLimits } from './ffmpeg.ts'
import { type FrameLayout, framePlanes } from './frames.ts'
import { inputArgs, type Probe } from './probe.ts'

const LIVE_WIDTH = 960
const POSTER_HEIGHT = 1080
const PREVIEW_HEIGHT = 1080

/** Copies one frame out of a batch, so that the batch can go on. */
export function copyFrame(buffer: ArrayBuffer, layout: FrameLayout, index: number): Uint8Array {
  const { luma, chroma } = framePlanes(buffer, layout, index)
  const frame = new Uint8Array(luma.length + chroma.length)
  frame.set(luma)
  frame.set(chroma, luma.length)
  return frame
}

export function liveFrameArgs(layout: FrameLayout, colour: ColourPlan): string[] {
  const range = colour.yuv.fullRange ? 'pc' : 'tv'
  const matrix = colour.yuv.matrix === 'bt709' ? 'bt709' : 'smpte170m'
  return [
    '-hide_banner',
    '-loglevel',
    'error',
    '-f',
    'rawvideo',
    '-pix_fmt',
    layout.format === 'yuv420p10' ? 'yuv420p10le' : 'yuv420p',
    '-s',
    `${layout.width}x${layout.height}`,
    '-i',
    'pipe:0',
    '-frames:v',
    '1',
    // JPEG is full-range BT.601.
    '-vf',
    `scale=w='min(${LIVE_WIDTH},iw)':h=-2:in_range=${range}:in_color_matrix=${matrix}:out_range=pc:out_color_matrix=bt601,format=yuvj420p`,
    '-c:v',
    'mjpeg',
    '-q:v',
    '5',
    '-f',
    'mjpeg',
    'pipe:1',
  ]
}

/** A raw frame as a JPEG of at most 960 pixels across. Settles when the program is gone, also when it was stopped. */
export async function encodeLiveFrame(
  frame: Uint8Array,
  layout: FrameLayout,
  colour: ColourPlan,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const limits: ToolLimits = { wallS: 20 }
  const [command, ...args] = limitedCommand('ffmpeg', liveFrameArgs(layout, colour), limits)
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    signal,
    timeout: limits.wallS * 1000,
    killSignal: 'SIGKILL',
  })
  let failure: Error | undefined
  child.once('error', (error) => {
    failure = error
  })
  const chunks: Uint8Array[] = []
  child.stdout.on('data', (chunk: Uint8Array) => chunks.push(chunk))
  child.stdin.on('error', () => undefined)
  child.stdin.end(frame)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw failure ?? new Error(`ffmpeg made no JPEG (${code})`)
  return Buffer.concat(chunks)
}

/** The frame a third into the video, at most 1080 lines, as a JPEG file. */
export async function writePoster(
  probe: Probe,
  target: string,
  limits: ToolLimits,
  signal: AbortSignal,
): Promise<void> {
  const args = [
    '-hide_banner',
    '-nostdin',
    '-loglevel',
    'error',
    '-y',
    '-ss',
    (probe.durationS / 3).toFixed(3),
    ...inputArgs(probe.path, probe.demuxer),
    '-map',
    `0:${probe.video.index}`,
    '-frames:v',
    '1',
    '-vf',
    `scale=w=-2:h='min(${POSTER_HEIGHT},ih)':flags=lanczos:out_range=pc:out_color_matrix=bt601,format=yuvj420p`,
    '-c:v',
    'mjpeg',
    '-q:v',
    '3',
    '-f',
    'image2',
    '-update',
    '1',
    `file:${target}`,
  ]
  await derive(args, 'poster', limits, signal)
}

/** H.264 of at most 1080 lines, for browsers that cannot play the output itself. */
export async function writePreview(
  probe: Probe,
  target: string,
  threads: number,
  limits: ToolLimits,
  signal: AbortSignal,
): Promise<void> {
  const args = [
    '-hide_banner',
    '-nostdin',
    '-loglevel',
    'error',
    '-y',
    '-copyts',
    ...inputArgs(probe.path, probe.demuxer),
    '-map',
    `0:${probe.video.index}`,
    ...(probe.audio ? ['-map', `0:${probe.audio.index}`, '-c:a', 'copy'] : []),
    '-vf',
    `scale=w=-2:h='min(${PREVIEW_HEIGHT},ih)',format=yuv420p`,
    '-fps_mode',
    'passthrough',
    '-enc_time_base',
    '-1',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '25',
    '-threads',
    String(threads),
    '-movflags',
    '+faststart',
    '-f',
    'mp4',
    `file:${target}`,
  ]
  await derive(args, 'preview', limits, signal)
}

async function derive(args: readonly string[], what: string, limits: ToolLimits, signal: AbortSignal): Promise<void> {
  const { code, log } = await runTool('ffmpeg', args, { limits, signal })
  if (code !== 0) throw new AppError('encode_failed', `The ${what} could not be made.`, { cause: log })
}
