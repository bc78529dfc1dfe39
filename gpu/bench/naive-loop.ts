import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { VideoNetwork } from '#gpu/inference/backend.ts'
import { codecArgs } from '#gpu/media/encode-args.ts'
import { batchBytes, type FrameLayout } from '#gpu/media/frames.ts'
import { inputArgs, type Probe } from '#gpu/media/probe.ts'

export interface NaiveOptions {
  readonly probe: Probe
  readonly layout: FrameLayout
  readonly network: VideoNetwork
  readonly threads: number
  readonly maxFrames: number
}

/**
 * What one writes first: one frame at a time, decode → infer → encode in turn, through Node's own pipes. Separate processes would
 * still overlap by reading ahead and encoding behind, so the decoder sleeps (SIGSTOP) while it is not its turn, and the
 * encoder, without look-ahead, is waited for after every frame. Answers seconds and frames.
 */
export async function naiveLoop({
  probe,
  layout,
  network,
  threads,
  maxFrames,
}: NaiveOptions): Promise<{ frames: number; seconds: number }> {
  const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error']
  const decoder = spawn(
    'ffmpeg',
    [
      ...quiet,
      '-threads',
      String(threads),
      ...inputArgs(probe.path, probe.demuxer),
      '-map',
      '0:v:0',
      '-pix_fmt',
      'yuv420p',
      '-f',
      'rawvideo',
      'pipe:1',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const { width, height } = network.output
  const raw = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'yuv420p',
    '-s',
    `${width}x${height}`,
    '-r',
    String(probe.video.fps),
    '-i',
    'pipe:0',
  ]
  const codec = [...codecArgs('libx264', 'high', threads), '-tune', 'zerolatency']
  const encoder = spawn('ffmpeg', [...quiet, ...raw, ...codec, '-flush_packets', '1', '-f', 'h264', 'pipe:1'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const encoderExit = once(encoder, 'close')
  let input = new ArrayBuffer(batchBytes(layout))
  let output = new ArrayBuffer(batchBytes(network.output))
  let frames = 0
  const started = performance.now()
  for await (const frame of framesOf(decoder.stdout, input.byteLength)) {
    decoder.kill('SIGSTOP')
    new Uint8Array(input).set(frame)
    const done = await network.run(input, output, 1)
    const encoded = once(encoder.stdout, 'data')
    encoder.stdin.write(new Uint8Array(done.output))
    await encoded
    ;({ input, output } = done)
    frames += 1
    if (frames === maxFrames) break
    decoder.kill('SIGCONT')
  }
  const seconds = (performance.now() - started) / 1000
  encoder.stdin.end()
  encoder.stdout.resume()
  await encoderExit
  decoder.kill('SIGKILL')
  return { frames, seconds }
}

/** Cuts a stream into frames. */
async function* framesOf(stream: NodeJS.ReadableStream, bytes: number): AsyncGenerator<Uint8Array> {
  let frame = new Uint8Array(bytes)
  let filled = 0
  for await (const chunk of stream) {
    let rest = chunk as Uint8Array
    while (rest.length > 0) {
      const part = rest.subarray(0, bytes - filled)
      frame.set(part, filled)
      filled += part.length
      rest = rest.subarray(part.length)
      if (filled < bytes) continue
      yield frame
      frame = new Uint8Array(bytes)
      filled = 0
    }
  }
}
