import type { Encoder } from '#gpu/media/encoder.ts'
import { BoundedQueue } from '#gpu/media/queue.ts'
import type { Label } from '#lib/core/render/compositor.ts'
import type { FrameSink } from './frame-sink.ts'
import type { FrameStore, SharedFrame } from './frame-store.ts'
import type { Scene } from './scene.ts'
import type { ReadFrame, SourceReader } from './source-reader.ts'

export interface FileStages {
  readonly reader: SourceReader
  readonly store: FrameStore
  readonly scene: Scene
  readonly labelAt: (frame: ReadFrame) => Label | undefined
  /** Whether labels are left to the sink. */
  readonly lateLabels: boolean
  readonly encoder: Encoder
  readonly sink: FrameSink
  /** Sends the file's own sound to the encoder; absent when there is none or the source's is used. */
  readonly sound: (() => Promise<void>) | undefined
  readonly onFrame: (frame: SharedFrame) => void
}

/** A frame on its way out, and the way back for its slots. */
interface Outgoing {
  readonly frame: SharedFrame
  readonly tick: bigint
  readonly lateLabel: Label | undefined
  readonly release: () => Promise<void>
}

/**
 * Reads, composes and writes one file, all at once. Slots are few: a stage that is slow stops the ones before it. The first error in any
 * stage stops all and is thrown. Answers the times of the frames written, in ticks.
 */
export async function renderFile(stages: FileStages): Promise<bigint[]> {
  const { reader, store, scene, labelAt, sink, encoder } = stages
  const slots = (frames: readonly SharedFrame[]) => new BoundedQueue(Math.max(1, frames.length), [...frames.keys()])
  const [freeSources, freeTargets] = [slots(store.sources), slots(store.targets)]
  const outgoing = new BoundedQueue<Promise<Outgoing>>(store.sources.length)
  const queues = [freeSources, freeTargets, outgoing]
  const ticks: bigint[] = []

  const read = async () => {
    for (;;) {
      const source = await take(freeSources)
      const frame = slot(store.sources, source)
      const found = await reader.next(frame)
      if (found === undefined) break
      await outgoing.push(compose(source, frame, found))
    }
    outgoing.close()
  }
  let lastTarget: Promise<unknown> = Promise.resolve()
  const compose = (source: number, frame: SharedFrame, found: ReadFrame): Promise<Outgoing> => {
    const label = labelAt(found)
    const todo = scene(found.sourceFrame, stages.lateLabels ? undefined : label)
    const known = { tick: found.tick, lateLabel: stages.lateLabels ? label : undefined }
    if (todo === undefined) return Promise.resolve({ ...known, frame, release: () => freeSources.push(source) })
    // In turn: a later frame must never hold the target that an earlier one waits for.
    const turn = lastTarget.then(() => take(freeTargets))
    lastTarget = turn
    const composed = turn.then(async (target) => {
      await store.compose({ sourceSlot: source, targetSlot: target, ...todo })
      await freeSources.push(source)
      return { ...known, frame: slot(store.targets, target), release: () => freeTargets.push(target) }
    })
    composed.catch(() => undefined)
    return composed
  }
  const write = async () => {
    for (let next = await outgoing.take(); next; next = await outgoing.take()) {
      const { frame, tick, lateLabel, release } = await next
      stages.onFrame(frame)
      await sink.write(frame, tick, lateLabel)
      ticks.push(tick)
      await release()
    }
    await sink.finish()
  }

  let failure: { readonly error: unknown } | undefined
  const stop = async (error: unknown) => {
    if (failure) return
    failure = { error }
    for (const queue of queues) queue.fail(error)
    sink.fail(error)
    await Promise.all([reader.close(), encoder.close()])
  }
  const running = [read(), write(), stages.sound?.() ?? Promise.resolve()]
  await Promise.all(running.map((stage) => stage.catch(stop)))
  if (failure) throw (failure as { readonly error: unknown }).error
  return ticks
}

async function take(queue: BoundedQueue<number>): Promise<number> {
  const value = await queue.take()
  if (value === undefined) throw new Error('slots are never used up')
  return value
}

function slot(frames: readonly SharedFrame[], index: number): SharedFrame {
  const frame = frames[index]
  if (frame === undefined) throw new RangeError(`there is no slot ${index}`)
  return frame
}
