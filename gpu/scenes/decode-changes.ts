import type { DecodeOptions } from '#gpu/media/decode-plan.ts'
import { openDecoder } from '#gpu/media/decoder.ts'
import type { ToolLimits } from '#gpu/media/ffmpeg.ts'
import { batchBytes, type FrameLayout } from '#gpu/media/frames.ts'
import type { Probe } from '#gpu/media/probe.ts'
import { WorkerThread } from '#gpu/threads/worker-thread.ts'
import { analysisSize } from '#lib/core/scenes/analysis-frame.ts'
import type { FrameChanges } from '#lib/core/scenes/watch-changes.ts'
import type { AnalyseReply, AnalyseRequest } from './analyse-thread.ts'

/** Frames that change hands at once: few enough that progress is never late. */
const BATCH = 16

export interface ChangesPlan {
  readonly probe: Probe
  readonly options: DecodeOptions
  readonly limits: ToolLimits
  readonly workDir: string
  readonly signal: AbortSignal
  readonly onFrames: (frames: number) => void
}

export interface DecodedChanges {
  readonly changes: FrameChanges
  /** Presentation times of the frames that were decoded, seconds of the file's own clock, and where the last one ends. */
  readonly times: readonly number[]
  readonly endTime: number
}

/** One decode at reduced size, measured while it runs. Throws coded errors. */
export async function decodeChanges(plan: ChangesPlan): Promise<DecodedChanges> {
  const { probe, signal } = plan
  const layout: FrameLayout = { batch: BATCH, ...analysisSize(probe.width, probe.height) }
  const { fps } = probe.video
  const thread = new WorkerThread<AnalyseRequest, AnalyseReply>(new URL('./analyse-thread.ts', import.meta.url))
  const filters = analysisFilters(layout)
  const decoder = await openDecoder({ ...plan, filters, layout })
  const times: number[] = []
  try {
    const spare = [new ArrayBuffer(batchBytes(layout)), new ArrayBuffer(batchBytes(layout))]
    let measuring: Promise<void> = Promise.resolve()
    for (;;) {
      const batch = await decoder.fill(spare.pop() ?? new ArrayBuffer(batchBytes(layout)))
      signal.throwIfAborted()
      const { num, den } = decoder.timeBase()
      for (const tick of batch.ticks) times.push((Number(tick) * num) / den)
      // One batch is measured while the next is decoded.
      await measuring
      const { buffer, frames } = batch
      measuring = thread.call({ kind: 'frames', fps, buffer, layout, frames }, [buffer]).then((reply) => {
        if (reply.buffer) spare.push(reply.buffer)
      })
      plan.onFrames(times.length)
      if (frames < BATCH) break
    }
    await measuring
    await decoder.finish()
    const { changes } = await thread.call({ kind: 'finish', fps })
    if (changes === undefined) throw new Error('the thread measured nothing')
    return { changes, times, endTime: (times[0] ?? 0) + decoder.counted().durationS }
  } finally {
    await Promise.all([decoder.close(), thread.close()])
  }
}

/**
 * Averaging hides grain and what is left out to decode faster. Colour is of no matter beyond being the same from frame to frame, so HDR stays
 * as it is; ffmpeg itself turns rotated frames before.
 */
function analysisFilters({ width, height }: FrameLayout): string[] {
  return [`scale=${width}:${height}:flags=area:out_range=tv`, 'format=yuv420p']
}
