import { AppError } from '#lib/contracts/errors.ts'
import { runTool, type ToolLimits } from './ffmpeg.ts'
import { inputArgs, type Probe } from './probe.ts'

export interface PacketCount {
  /** Video packets that an edit list does not hide: what decoding should give. */
  readonly shown: number
  readonly hidden: number
}

/** Reads the video track without decoding it. Much faster than decoding, and enough to refuse a cut-off or oversized file early. */
export async function countPackets(probe: Probe, limits: ToolLimits, signal?: AbortSignal): Promise<PacketCount> {
  let [shown, hidden] = [0, 0]
  const args = [
    '-v',
    'error',
    '-select_streams',
    String(probe.video.index),
    '-show_entries',
    'packet=flags',
    '-of',
    'csv=p=0',
    ...inputArgs(probe.path, probe.demuxer),
  ]
  const onOutLine = (line: string) => {
    if (line.includes('D')) hidden += 1
    else if (line !== '') shown += 1
  }
  const { code, log } = await runTool('ffprobe', args, { limits, signal, onOutLine })
  if (code !== 0) throw new AppError('corrupt_media', 'The video track could not be read to its end.', { cause: log })
  const promised = probe.video.headerFrames
  if (promised !== undefined && isShort(shown + hidden, promised)) {
    const message = `The file is cut off: its index lists ${promised} frames, ${shown + hidden} are there. Upload it again.`
    throw new AppError('corrupt_media', message)
  }
  return { shown, hidden }
}

/** A few frames may be lost (the last one, or a damaged one that nothing else needs); more than one in a hundred is damage. */
export function isShort(found: number, expected: number): boolean {
  return found < expected - Math.max(2, expected / 100)
}
