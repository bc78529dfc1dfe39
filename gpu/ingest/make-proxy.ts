import { writeFile } from 'node:fs/promises'
import { decodeFailure } from '#gpu/media/decoder.ts'
import { startTool, type ToolLimits } from '#gpu/media/ffmpeg.ts'
import { TimestampLog } from '#gpu/media/timestamps.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { type IngestPlan, ingestArgs } from './ingest-args.ts'
import { Waveform } from './waveform.ts'

const WATCH_MS = 500

export interface MadeProxy {
  /** Presentation times of the frames written, seconds from the start. */
  readonly times: readonly number[]
  readonly durationS: number
  /** Lowest and highest sample of each bucket; empty without sound. */
  readonly peaks: Int8Array
}

export interface ProxyRun {
  readonly limits: ToolLimits
  readonly signal: AbortSignal
  readonly waveformPath: string
  /** May throw, which ends the run. */
  readonly onFrames: (frames: number) => void
}

/** Runs the plan's one ffmpeg. Throws coded errors. */
export async function makeProxy(
  plan: IngestPlan,
  { limits, signal, waveformPath, onFrames }: ProxyRun,
): Promise<MadeProxy> {
  const log = new TimestampLog()
  const waveform = new Waveform()
  const { audio } = plan.probe
  const stop = new AbortController()
  const tool = startTool('ffmpeg', ingestArgs(plan), {
    limits,
    signal: AbortSignal.any([signal, stop.signal]),
    onLogLine: log.read,
    outBytes: audio !== undefined,
  })
  tool.output?.on('data', (bytes: Uint8Array) => waveform.push(bytes))
  const watch = setInterval(() => {
    try {
      onFrames(log.frames)
    } catch (error) {
      stop.abort(error)
    }
  }, WATCH_MS)
  try {
    const exit = await tool.exit
    log.end()
    signal.throwIfAborted()
    stop.signal.throwIfAborted()
    if (/No space left on device/.test(exit.log)) throw new AppError('disk_full', 'The worker ran out of disk space.')
    const failure = decodeFailure(exit)
    if (failure) throw failure
    onFrames(log.frames)
  } finally {
    clearInterval(watch)
    tool.kill()
  }
  const peaks = waveform.finish()
  if (peaks.length > 0) await writeFile(waveformPath, peaks)
  const { num, den } = log.timeBase ?? plan.probe.video.timeBase
  const ticks = await log.slice(0, log.frames)
  return {
    times: ticks.map((tick) => (Number(tick) * num) / den),
    durationS: log.durationS(plan.probe.video.fps),
    peaks,
  }
}
