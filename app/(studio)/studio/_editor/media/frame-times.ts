import { EncodedPacketSink, type InputVideoTrack } from 'mediabunny'
import { z } from 'zod'
import { keepDerived, readDerived } from './derived-cache.ts'

export interface FrameTimes {
  readonly times: Float64Array<ArrayBuffer>
  readonly endS: number
  readonly fps: number
}

const Kept = z.object({ times: z.instanceof(Float64Array), endS: z.number() })
/** An edit list hides what comes before zero; times are rounded, so this close to zero is zero. */
const NOISE_S = 1e-6

/**
 * When every displayed frame begins, from the container alone: for MP4 that is its tables, nothing is decoded. Frames that an edit list
 * hides are left out, as players and the renderer do, so indices are the same everywhere.
 */
export async function readFrameTimes(track: InputVideoTrack, key: string): Promise<FrameTimes> {
  const kept = Kept.safeParse(await readDerived(key, 'frames'))
  if (kept.success) return finish(new Float64Array(kept.data.times), kept.data.endS)
  const times: number[] = []
  let endS = 0
  const packets = new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true })
  for await (const { timestamp, duration } of packets) {
    if (timestamp < -NOISE_S) continue
    times.push(Math.max(0, timestamp))
    endS = Math.max(endS, timestamp + duration)
  }
  const sorted = Float64Array.from(times).sort()
  await keepDerived(key, 'frames', { times: sorted, endS })
  return finish(sorted, endS)
}

function finish(times: Float64Array<ArrayBuffer>, endS: number): FrameTimes {
  return { times, endS, fps: endS > 0 ? times.length / endS : 30 }
}
