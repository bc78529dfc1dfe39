import { decodeFilters } from '#gpu/media/decode-plan.ts'
import { type Decoder, openDecoder, startReadThread } from '#gpu/media/decoder.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { renderLimits } from '#lib/contracts/tasks/render.ts'
import type { MappedClip, SourceTimes } from '#lib/core/render/time-map.ts'
import { decodeRange } from './decode-range.ts'
import type { SharedFrame } from './frame-store.ts'
import type { PlannedFile, RenderPlan } from './plan-render.ts'

export interface ReadFrame {
  readonly sourceFrame: number
  /** Time in the output file; the whole video's times still count from where the source's clock starts. */
  readonly tick: bigint
  /** Place in the file's list of clips; 0 for the whole video. */
  readonly clip: number
}

/** A stretch of source frames that is decoded in one go. */
interface Stretch {
  readonly startFrame: number
  readonly endFrame: number
  readonly clip: MappedClip | undefined
}

type ReaderContext = Pick<TaskContext, 'config' | 'workDir' | 'signal'>

/**
 * The frames of one output file, in its order, read straight into slots. Every clip is decoded from the key frame before it, and the next
 * clip's decoder starts while the present one's frames are still being worked on: it runs into its full pipe and waits.
 */
export class SourceReader {
  readonly #plan: RenderPlan
  readonly #context: ReaderContext
  readonly #stretches: readonly Stretch[]
  /** One for all decoders: only one of them is read at a time. */
  readonly #thread = startReadThread()
  readonly #open = new Map<number, Promise<Decoder>>()
  readonly #restarted = new Set<number>()
  #at = 0
  /** Source frame read last in this stretch. */
  #last = -1
  #read = 0
  #closed = false

  constructor(plan: RenderPlan, file: PlannedFile, context: ReaderContext) {
    this.#plan = plan
    this.#context = context
    this.#stretches = file.clips?.map((clip) => ({ ...clip, clip })) ?? [
      { startFrame: 0, endFrame: plan.times.ticks.length, clip: undefined },
    ]
    // It starts while the compositor and the encoder do.
    this.#decoder(0)
  }

  /** Frames read so far. */
  get frames(): number {
    return this.#read
  }

  /** Fills a slot with the next frame; `undefined` at the end. Throws what went wrong while decoding. */
  async next(slot: SharedFrame): Promise<ReadFrame | undefined> {
    for (;;) {
      const stretch = this.#stretches[this.#at]
      if (stretch === undefined) return undefined
      const decoder = await this.#decoder(this.#at)
      this.#prefetch()
      const tick = await decoder.fillShared(slot)
      if (tick === undefined) {
        await decoder.finish()
        await this.#advance()
        continue
      }
      if (await this.#landedLate(stretch, tick)) continue
      const frame = this.#place(stretch, tick)
      if (frame === undefined) continue
      this.#read += 1
      return frame
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const open = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(open.map(async (decoder) => (await decoder.catch(() => undefined))?.close()))
    await this.#thread.close()
  }

  #decoder(index: number, seek = true): Promise<Decoder> {
    const found = this.#open.get(index)
    if (found) return found
    const stretch = this.#stretches[index]
    if (stretch === undefined || this.#closed) throw new Error('the reader is closed')
    const { probe, colour, decoded, times, packets, tools } = this.#plan
    const { config, workDir, signal } = this.#context
    const range = decodeRange(times, packets.times, probe.demuxer, stretch)
    const decoder = openDecoder({
      probe,
      filters: decodeFilters(probe, colour, decoded),
      layout: { batch: 1, ...decoded },
      options: {
        threads: config.renderThreads,
        maxPixels: renderLimits.maxInputPixels * 2,
        range: seek || range === undefined ? range : { ...range, seekS: undefined },
      },
      limits: tools,
      thread: this.#thread,
      background: this.#plan.upscaler !== undefined,
      workDir,
      signal,
    })
    decoder.catch(() => undefined)
    this.#open.set(index, decoder)
    return decoder
  }

  #prefetch(): void {
    const next = this.#at + 1
    if (next < this.#stretches.length && !this.#closed) this.#decoder(next)
  }

  async #advance(): Promise<void> {
    await this.#drop(this.#at)
    this.#at += 1
    this.#last = -1
  }

  async #drop(index: number): Promise<void> {
    const decoder = this.#open.get(index)
    this.#open.delete(index)
    await (await decoder)?.close()
  }

  /** Some files' indexes send the decoder too far; then the stretch is decoded again, from the file's start. */
  async #landedLate({ clip, startFrame }: Stretch, tick: bigint): Promise<boolean> {
    const second = this.#plan.times.ticks[startFrame + 1]
    const late = clip !== undefined && this.#last < 0 && second !== undefined && tick >= second
    if (!late || this.#restarted.has(this.#at)) return false
    this.#restarted.add(this.#at)
    await this.#drop(this.#at)
    this.#decoder(this.#at, false)
    return true
  }

  /** Which source frame this is: the one whose time it carries. Frames the packets do not list are dropped. */
  #place({ clip, startFrame }: Stretch, tick: bigint): ReadFrame | undefined {
    if (clip === undefined) {
      this.#last += 1
      return { sourceFrame: this.#last, tick, clip: 0 }
    }
    const sourceFrame = nearestFrame(this.#plan.times, tick, Math.max(this.#last, startFrame))
    if (sourceFrame === this.#last) return undefined
    this.#last = sourceFrame
    const exact = this.#plan.times.ticks[sourceFrame] ?? tick
    return { sourceFrame, tick: clip.outputTick + exact - clip.startTick, clip: this.#at }
  }
}

/** Index of the time closest to `tick`, looking from `from` on. */
function nearestFrame({ ticks }: SourceTimes, tick: bigint, from: number): number {
  const distance = (index: number) => {
    const other = ticks[index]
    return other === undefined ? undefined : other > tick ? other - tick : tick - other
  }
  let index = from
  for (;;) {
    const [here, next] = [distance(index), distance(index + 1)]
    if (here === undefined || next === undefined || next >= here) return index
    index += 1
  }
}
