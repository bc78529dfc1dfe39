import { codecArgs, type EncoderName } from '#gpu/media/encode-args.ts'
import { runTool } from '#gpu/media/ffmpeg.ts'
import type { BenchCase } from './cases.ts'

/** Seconds ffmpeg alone takes for the same decoding, scaling and encoding, with as many threads. */
export async function timePlainFfmpeg(
  { plain }: BenchCase,
  inputPath: string,
  encoder: EncoderName,
  threads: number,
): Promise<number> {
  const coding = plain.encodes ? [...codecArgs(encoder, 'high', threads), '-pix_fmt', 'yuv420p'] : []
  const args = [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-y', '-i', inputPath],
    ...['-map', '0:v:0', '-vf', plain.filters, ...coding, '-f', 'null', '-'],
  ]
  const started = performance.now()
  const { code, log } = await runTool('ffmpeg', args, { limits: { wallS: 600 } })
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${log}`)
  return (performance.now() - started) / 1000
}
