import { readConfig, type WorkerConfig } from '#gpu/config.ts'
import type { InferenceBackend } from '#gpu/inference/backend.ts'
import { openBackend } from '#gpu/inference/open-backend.ts'
import { parseParams, runTask } from '#gpu/jobs/run-task.ts'
import { withWorkDir } from '#gpu/jobs/work-dir.ts'
import { chooseEncoder, type EncoderName } from '#gpu/media/encode-args.ts'
import { workingEncoders } from '#gpu/media/encoders.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { type BenchCase, CASES } from './cases.ts'
import { timePlainFfmpeg } from './plain-ffmpeg.ts'
import { recordingBackend } from './recording-backend.ts'
import { cpuSeconds, ownPeakMib } from './usage.ts'

export interface CaseRequest {
  readonly name: string
  readonly inputPath: string
  readonly tracksPath: string | undefined
  readonly rounds: number
}

/** Seconds are those of the best round. */
export interface CaseMeasure {
  readonly frames: number
  /** The whole task: probing, work, and the check of what was made. */
  readonly seconds: number
  /** Until the check began. */
  readonly workSeconds: number
  readonly cpuMsPerFrame: number
  readonly peakMib: number
  /** The same inference calls alone; 0 when there were none. */
  readonly inferenceSeconds: number
  /** ffmpeg decoding, scaling and encoding alike. */
  readonly plainSeconds: number
  readonly device: string
  readonly encoder: string | undefined
  readonly model: string | undefined
}

interface Run {
  readonly seconds: number
  readonly workSeconds: number
  readonly cpuSeconds: number
  readonly stats: Awaited<ReturnType<typeof runTask>>['stats']
}

async function runOnce(
  bench: BenchCase,
  request: CaseRequest,
  config: WorkerConfig,
  backend: InferenceBackend,
): Promise<Run> {
  return withWorkDir(config.workDir, async (workDir) => {
    const params = parseParams(bench.task, bench.params(config))
    let checking: number | undefined
    const context: TaskContext = {
      ...{ inputPath: request.inputPath, tracksPath: request.tracksPath, workDir, config, backend },
      wanted: new Set(),
      quoted: undefined,
      signal: new AbortController().signal,
      onProgress: ({ stage }) => {
        if (stage === 'encode') checking ??= performance.now()
      },
      onLiveFrame: () => undefined,
    }
    const [cpu, started] = [cpuSeconds(), performance.now()]
    const { stats } = await runTask(bench.task, params, context)
    const ended = performance.now()
    const workSeconds = ((checking ?? ended) - started) / 1000
    return { seconds: (ended - started) / 1000, workSeconds, cpuSeconds: cpuSeconds() - cpu, stats }
  })
}

/** Everything about one case, the things compared taken in turn. In a process of its own: memory and CPU time are the process's. */
export async function measureCase(request: CaseRequest): Promise<CaseMeasure> {
  const bench = CASES[request.name]
  if (bench === undefined) throw new Error(`there is no case "${request.name}"`)
  const config = readConfig()
  const { backend } = await openBackend(config)
  const encoder: EncoderName =
    chooseEncoder('h264', { width: 1920, height: 1920 }, await workingEncoders()) ?? 'libx264'
  const recording = recordingBackend(backend)
  // The first run warms everything up.
  await runOnce(bench, request, config, recording.backend)
  const peakMib = await ownPeakMib(() => runOnce(bench, request, config, backend))
  const runs: Run[] = []
  const [inference, plain]: [number[], number[]] = [[], []]
  for (let round = 0; round < request.rounds; round++) {
    inference.push(await recording.replay())
    runs.push(await runOnce(bench, request, config, backend))
    plain.push(await timePlainFfmpeg(bench, request.inputPath, encoder, config.renderThreads))
  }
  await backend.close()
  const best = runs.reduce((a, b) => (b.seconds < a.seconds ? b : a))
  const frames = best.stats.frames_in
  return {
    frames,
    seconds: best.seconds,
    workSeconds: Math.min(...runs.map(({ workSeconds }) => workSeconds)),
    cpuMsPerFrame: (1000 * Math.min(...runs.map((run) => run.cpuSeconds))) / frames,
    peakMib,
    inferenceSeconds: Math.min(...inference),
    plainSeconds: Math.min(...plain),
    device: best.stats.device,
    encoder: best.stats.encoder,
    model: best.stats.model,
  }
}

/** Peak memory of a case's first run, in MiB. */
export async function measureMemory(request: CaseRequest): Promise<number> {
  const bench = CASES[request.name]
  if (bench === undefined) throw new Error(`there is no case "${request.name}"`)
  const config = readConfig()
  const { backend } = await openBackend(config)
  const peakMib = await ownPeakMib(() => runOnce(bench, request, config, backend))
  await backend.close()
  return peakMib
}
