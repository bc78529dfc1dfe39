import type { DecodeOptions } from '#gpu/media/decode-plan.ts'
import { openDecoder } from '#gpu/media/decoder.ts'
import type { ToolLimits } from '#gpu/media/ffmpeg.ts'
import { batchBytes, type FrameLayout } from '#gpu/media/frames.ts'
import type { Probe, Rational } from '#gpu/media/probe.ts'
import { WorkerThread } from '#gpu/threads/worker-thread.ts'
import { analysisSize } from '#lib/core/scenes/analysis-frame.ts'
import type { FrameChanges } from '#lib/core/scenes/watch-changes.ts'
import type { AnalyseReply, AnalyseRequest } from './analyse-thread.ts'

/** Frames that change hands at once: few enough that progress is never late. */
const BATCH = 16

export interface ChangesPlan {
  readonly probe: Probe
  /** Frames per second that will come, about. */
  readonly fps: number
  readonly options: DecodeOptions
  readonly limits: ToolLimits
  readonly workDir: string
  readonly signal: AbortSignal
  readonly onFrames: (frames: number) => void
}

export interface DecodedChanges {
  readonly changes: FrameChanges
  /** Presentation times of the frames that were decoded, in ticks of the file's own clock. */
  readonly ticks: readonly bigint[]
  readonly timeBase: Rational
}

export type AnalyseThread = WorkerThread<AnalyseRequest, AnalyseReply>

/** The thread that measures, for one decode after the other. Whoever opens it closes it. */
export function openAnalyseThread(): AnalyseThread {
  return new WorkerThread(new URL('./analyse-thread.ts', import.meta.url))
}

/** One decode at reduced size, measured while it runs. Throws coded errors. */
export async function decodeChanges(plan: ChangesPlan, thread: AnalyseThread): Promise<DecodedChanges> {
  const { probe, fps, signal } = plan
  const layout: FrameLayout = { batch: BATCH, ...analysisSize(probe.width, probe.height) }
  const filters = analysisFilters(layout)
  const decoder = await openDecoder({ ...plan, filters, layout })
  const ticks: bigint[] = []
  try {
    const spare = [new ArrayBuffer(batchBytes(layout)), new ArrayBuffer(batchBytes(layout))]
    await thread.call({ kind: 'start', fps })
    let measuring: Promise<void> = Promise.resolve()
    for (;;) {
      const batch = await decoder.fill(spare.pop() ?? new ArrayBuffer(batchBytes(layout)))
      signal.throwIfAborted()
      ticks.push(...batch.ticks)
      // One batch is measured while the next is decoded.
      await measuring
      const { buffer, frames } = batch
      measuring = thread.call({ kind: 'frames', buffer, layout, frames }, [buffer]).then((reply) => {
        if (reply.buffer) spare.push(reply.buffer)
      })
      plan.onFrames(ticks.length)
      if (frames < BATCH) break
    }
    await measuring
    await decoder.finish()
    const { changes } = await thread.call({ kind: 'finish' })
    if (changes === undefined) throw new Error('the thread measured nothing')
    return { changes, ticks, timeBase: decoder.timeBase() }
  } finally {
    await decoder.close()
  }
}

/**
 * Averaging hides grain and what is left out to decode faster. Colour is of no matter beyond being the same from frame to frame, so HDR stays
 * as it is; ffmpeg itself turns rotated frames before.
 */
function analysisFilters({ width, height }: FrameLayout): string[] {
  return [`scale=${width}:${height}:flags=area:out_range=tv`, 'format=yuv420p']
}
