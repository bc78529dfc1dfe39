import type { InferenceBackend, ModelSession, VideoNetwork } from '#gpu/inference/backend.ts'
import type { Tensor } from '#gpu/inference/tensor.ts'
import { batchBytes } from '#gpu/media/frames.ts'

/** Enough to measure a speed; the rest is only counted. */
const MAX_KEPT = 24

type Tensors = Readonly<Record<string, Tensor>>

interface Replay {
  calls: number
  /** Seconds for what was kept, and how many calls that was. */
  run(): Promise<{ readonly seconds: number; readonly calls: number }>
}

export interface RecordingBackend {
  readonly backend: InferenceBackend
  /** Seconds the same calls take with nothing else going on; 0 when there were none. */
  replay(): Promise<number>
}

/** Passes everything on, and keeps the first inputs of every network, so that inference can be measured alone on the same batches. */
export function recordingBackend(inner: InferenceBackend): RecordingBackend {
  const replays: Replay[] = []
  const backend: InferenceBackend = {
    provider: inner.provider,
    async open(plan) {
      const network = await inner.open(plan)
      const kept: { input: ArrayBuffer; frames: number }[] = []
      const again = () => inner.open(plan)
      const replay: Replay = { calls: 0, run: () => replayVideo(again, kept) }
      replays.push(replay)
      return {
        ...network,
        run(input, output, frames) {
          replay.calls += 1
          if (kept.length < MAX_KEPT) kept.push({ input: input.slice(0), frames })
          return network.run(input, output, frames)
        },
      }
    },
    async openModel(request) {
      const session = await inner.openModel(request)
      const kept: Tensors[] = []
      const replay: Replay = { calls: 0, run: () => replayModel(() => inner.openModel(request), kept) }
      replays.push(replay)
      return {
        ...session,
        run(inputs, options) {
          replay.calls += 1
          if (kept.length < MAX_KEPT) kept.push(copyOf(inputs))
          return session.run(inputs, options)
        },
      }
    },
    close: () => inner.close(),
  }
  return {
    backend,
    async replay() {
      let seconds = 0
      for (const { calls, run } of replays.filter((replay) => replay.calls > 0)) {
        const kept = await run()
        seconds += (kept.seconds * calls) / kept.calls
      }
      return seconds
    },
  }
}

const copyOf = (tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, { data, dims }]) => [name, { data: data.slice(), dims }]))

async function replayVideo(open: () => Promise<VideoNetwork>, kept: readonly { input: ArrayBuffer; frames: number }[]) {
  const network = await open()
  try {
    let output = new ArrayBuffer(batchBytes(network.output))
    const started = performance.now()
    // Copies, so that the same can be run again.
    for (const { input, frames } of kept) output = (await network.run(input.slice(0), output, frames)).output
    return { seconds: (performance.now() - started) / 1000, calls: kept.length }
  } finally {
    await network.close()
  }
}

async function replayModel(open: () => Promise<ModelSession>, kept: readonly Tensors[]) {
  const session = await open()
  try {
    const started = performance.now()
    for (const inputs of kept) await session.run(copyOf(inputs))
    return { seconds: (performance.now() - started) / 1000, calls: kept.length }
  } finally {
    await session.close()
  }
}
