import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { AppError } from '#lib/contracts/errors.ts'
import type { OutputFile } from '#lib/contracts/worker.ts'
import { runTool, type ToolLimits } from './ffmpeg.ts'
import { inputArgs, type Probe, probeFile } from './probe.ts'
import { TimestampLog } from './timestamps.ts'

export interface DecodedFacts {
  readonly probe: Probe
  readonly frames: number
  readonly videoS: number
  readonly audioS: number | null
}

/** Decodes a finished file from start to end and says what is really in it. Throws `output_invalid`. */
export async function decodeFacts(
  path: string,
  limits: ToolLimits,
  threads: number,
  signal: AbortSignal,
): Promise<DecodedFacts> {
  const probe = await probeFile(path, signal)
  const times = new TimestampLog()
  let [soundStart, soundEnd]: [number | undefined, number] = [undefined, 0]
  const onLogLine = (line: string): boolean => {
    const sound = /Parsed_ashowinfo.* pts_time:(-?[\d.]+) .*nb_samples:(\d+)/.exec(line)
    if (!sound) return line.includes('Parsed_ashowinfo') || times.read(line)
    const start = Number(sound[1])
    soundStart ??= start
    soundEnd = start + Number(sound[2]) / (probe.audio?.sampleRate || 48_000)
    return true
  }
  const args = [
    '-hide_banner',
    '-nostdin',
    '-nostats',
    '-loglevel',
    'info',
    '-copyts',
    '-threads',
    String(threads),
    // Frames are counted, not looked at: smoothing their block edges would cost a third of the time.
    '-skip_loop_filter',
    'all',
    ...inputArgs(path, probe.demuxer),
    '-map',
    `0:${probe.video.index}`,
    '-vf',
    'showinfo=checksum=0',
    '-fps_mode',
    'passthrough',
    '-f',
    'null',
    '-',
    ...(probe.audio ? ['-map', `0:${probe.audio.index}`, '-af', 'ashowinfo', '-f', 'null', '-'] : []),
  ]
  const { code, log } = await runTool('ffmpeg', args, { limits, signal, onLogLine })
  if (code !== 0) throw new AppError('output_invalid', 'The finished file cannot be decoded.', { cause: log })
  return {
    probe,
    frames: times.frames,
    videoS: times.durationS(probe.video.fps),
    audioS: probe.audio ? soundEnd - (soundStart ?? 0) : null,
  }
}

/** Size and digest of a file, streamed. */
export async function fileDigest(path: string): Promise<OutputFile> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array)
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') }
}
