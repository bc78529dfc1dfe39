import { runTool, type ToolLimits } from '#gpu/media/ffmpeg.ts'
import type { PacketFacts } from '#gpu/media/packets.ts'
import { inputArgs, type Probe } from '#gpu/media/probe.ts'
import { TimestampLog } from '#gpu/media/timestamps.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { SourceTimes } from '#lib/core/render/time-map.ts'

/**
 * Presentation times of all source frames, from the list of packets; from decoding the video once where the container does not say them
 * all (program streams). Frame numbers everywhere are places in this list.
 */
export async function readSourceTimes(
  probe: Probe,
  { times }: PacketFacts,
  limits: ToolLimits,
  signal: AbortSignal,
): Promise<SourceTimes> {
  const { timeBase } = probe.video
  const { originS } = probe
  if (times.ticks.length === 0) {
    const frameTicks = BigInt(Math.max(1, Math.round(timeBase.den / timeBase.num / probe.video.fps)))
    return { ticks: await decodedTicks(probe, limits, signal), timeBase, originS, frameTicks }
  }
  return { ticks: Array.from(times.ticks, BigInt), timeBase, originS, endTick: BigInt(times.endTick) }
}

async function decodedTicks(probe: Probe, limits: ToolLimits, signal: AbortSignal): Promise<readonly bigint[]> {
  const log = new TimestampLog()
  const args = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', '-copyts']
  const output = ['-vf', 'showinfo=checksum=0', '-fps_mode', 'passthrough', '-f', 'null', '-']
  const { code, log: said } = await runTool(
    'ffmpeg',
    [...args, ...inputArgs(probe.path, probe.demuxer), '-map', `0:${probe.video.index}`, ...output],
    { limits, signal, onLogLine: log.read },
  )
  log.end()
  if (code !== 0 || log.frames === 0)
    throw new AppError('decode_failed', 'The video could not be decoded to its end.', { cause: said })
  return log.slice(0, log.frames)
}
