import { writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { WorkerConfig } from '#gpu/config.ts'
import type { InferenceBackend } from '#gpu/inference/backend.ts'
import type { Log } from '#gpu/log.ts'
import { fileDigest } from '#gpu/media/verify-output.ts'
import type { TaskContext, TaskProgress, TaskRun } from '#gpu/tasks/task-handler.ts'
import { download } from '#gpu/transfer/download.ts'
import type { RetryPolicy } from '#gpu/transfer/retry.ts'
import { upload } from '#gpu/transfer/upload.ts'
import { AppError, invalidRequest } from '#lib/contracts/errors.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import type { OutputName } from '#lib/contracts/tasks/task-contract.ts'
import {
  type OutputFile,
  type OutputTarget,
  type OutputTargets,
  WorkerCompleted,
  WorkerInput,
} from '#lib/contracts/worker.ts'
import { requiredOutputs } from '#lib/core/jobs/required-outputs.ts'
import { withoutBulk } from '#lib/core/jobs/without-bulk.ts'
import { Callbacks } from './callbacks.ts'
import { parseParams, runTask } from './run-task.ts'
import { withWorkDir } from './work-dir.ts'
import { describeError, toWorkerError } from './worker-error.ts'

export interface JobEnvironment {
  readonly config: WorkerConfig
  readonly backend: InferenceBackend
  readonly workerId: string
  readonly log: Log
  /** Waits between tries of callbacks and transfers. */
  readonly policy: RetryPolicy
  /** RunPod's own progress. */
  readonly onProgress: (progress: TaskProgress) => void
}

const CONTENT_TYPES: Partial<Record<OutputName, string>> = {
  poster: 'image/jpeg',
  filmstrip: 'image/jpeg',
  live_frame: 'image/jpeg',
  result: 'application/gzip',
  waveform: 'application/octet-stream',
}
/** By the file's own ending: an export may be asked for as any of these. */
const VIDEO_TYPES: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.mov': 'video/quicktime',
  '.webm': 'video/webm',
}

function contentType(name: OutputName, path: string): string {
  return CONTENT_TYPES[name] ?? VIDEO_TYPES[extname(path)] ?? 'application/octet-stream'
}

/**
 * One job from claim to upload. Throws coded errors, after telling the app; an aborted signal's reason is thrown without telling anybody,
 * except when the worker itself is going away (`worker_lost`).
 */
export async function runJob(
  runpodJobId: string,
  body: unknown,
  environment: JobEnvironment,
  signal: AbortSignal,
): Promise<WorkerCompleted> {
  const began = performance.now()
  const parsed = WorkerInput.safeParse(body)
  if (!parsed.success) throw invalidRequest(parsed.error)
  const input = parsed.data
  const { log, workerId, policy } = environment
  const onLost = (what: string, error: unknown) =>
    log('warn', `callback ${what} lost: ${describeError(error)}`, runpodJobId)
  const callbacks = new Callbacks({ input, runpodJobId, workerId, policy, onLost })
  try {
    const claim = await callbacks.start(signal)
    const params = parseParams(input.task, input.params)
    const targets = allTargets(input, params, claim.outputs)
    const report = progressReporter(environment, callbacks)
    const output = await withWorkDir(environment.config.workDir, async (workDir) => {
      const inputPath = join(workDir, 'input')
      const maxBytes = environment.config.maxInputBytes
      const onProgress = (received: number, total = maxBytes) =>
        report(stage('download', 5 * Math.min(1, received / total), 'Downloading'))
      const url = claim.input_url ?? input.input_url
      await download({ url, path: inputPath, maxBytes, signal, policy, onProgress })
      const tracksPath = await downloadTracks(claim.tracks_url ?? input.tracks_url, workDir, signal, policy)
      report(stage('download', 5, 'Downloaded'), true)
      const live = liveFrames(targets.live_frame, workDir, signal)
      const working = performance.now()
      const run = await runTask(input.task, params, {
        inputPath,
        tracksPath,
        workDir,
        config: environment.config,
        backend: environment.backend,
        wanted: new Set(Object.keys(targets) as OutputName[]),
        quoted: input.quoted,
        signal,
        onProgress: report,
        onLiveFrame: live.show,
      })
      const processed = performance.now()
      await live.settled()
      const outputs = await keepSaying(report, stage('upload', 95, 'Uploading'), () =>
        uploadAll(run, targets, environment, signal),
      )
      const stats = {
        ...run.stats,
        processing_time_sec: (processed - working) / 1000,
        gpu_seconds: (performance.now() - began) / 1000,
      }
      const completed = WorkerCompleted.parse({
        status: 'completed',
        outputs,
        ...(run.result === null ? {} : { result: run.result }),
        stats,
      })
      return withoutBulk(completed)
    })
    await callbacks.complete(output)
    return output
  } catch (thrown) {
    const error = signal.aborted ? signal.reason : thrown
    const told = toWorkerError(error)
    if (told.code !== 'canceled' && told.code !== 'superseded') await callbacks.error(told)
    throw error
  }
}

function stage(name: TaskProgress['stage'], percent: number, message: string): TaskProgress {
  return { stage: name, percent, frame: 0, framesTotal: 0, fps: 0, message }
}

/** Tracks are a few megabytes of gzip; much more is not ours. */
const MAX_TRACKS_BYTES = 256 * 2 ** 20

async function downloadTracks(
  url: string | undefined,
  workDir: string,
  signal: AbortSignal,
  policy: RetryPolicy,
): Promise<string | undefined> {
  if (url === undefined) return undefined
  const path = join(workDir, 'tracks')
  await download({ url, path, maxBytes: MAX_TRACKS_BYTES, signal, policy })
  return path
}

/**
 * The start's reply replaces the queued URLs one by one; `output_url` is short for the video's. What has nowhere to go is refused before the
 * work: making it would be paid for.
 */
function allTargets(
  input: WorkerInput,
  params: TaskRequest['params'],
  fresh: OutputTargets | undefined,
): OutputTargets {
  if (input.segment !== undefined) {
    throw new AppError('invalid_request', 'This worker works on whole videos; segments are not supported yet.', {
      field: 'segment',
    })
  }
  const short: OutputTargets = input.output_url === undefined ? {} : { video: { put_url: input.output_url } }
  const targets = { ...short, ...input.outputs, ...fresh }
  for (const name of requiredOutputs({ task: input.task, params } as TaskRequest)) {
    if (targets[name] === undefined)
      throw new AppError('invalid_request', `There is nowhere to put "${name}".`, { field: `outputs.${name}` })
  }
  return targets
}

/** At most one message per interval; `always` for changes of stage. */
function progressReporter({ config, onProgress }: JobEnvironment, callbacks: Callbacks) {
  let next = 0
  return (progress: TaskProgress, always = false) => {
    const now = performance.now()
    if (now < next && !always) return
    next = now + config.progressIntervalMs
    callbacks.progress(progress)
    onProgress(progress)
  }
}

const REPEAT_MS = 3000

/** A large result takes minutes to go up: its stage is said again and again, so that the job does not look dead. */
async function keepSaying<Value>(
  report: ReturnType<typeof progressReporter>,
  progress: TaskProgress,
  run: () => Promise<Value>,
): Promise<Value> {
  report(progress, true)
  const timer = setInterval(() => report(progress), REPEAT_MS)
  try {
    return await run()
  } finally {
    clearInterval(timer)
  }
}

/** Uploads the newest picture over the one before; a slow upload skips pictures, a failed one is forgotten. */
function liveFrames(target: OutputTarget | undefined, workDir: string, signal: AbortSignal) {
  let running: Promise<void> | undefined
  const put = async (jpeg: Uint8Array, to: OutputTarget) => {
    const path = join(workDir, 'live.jpg')
    await writeFile(path, jpeg)
    await upload({
      path,
      target: to,
      contentType: contentType('live_frame', path),
      signal,
      policy: { tries: 1, baseMs: 1 },
    })
  }
  const show: TaskContext['onLiveFrame'] = (jpeg) => {
    if (target === undefined || running !== undefined) return
    running = put(jpeg, target)
      .catch(() => undefined)
      .finally(() => {
        running = undefined
      })
  }
  return { show, settled: async () => running }
}

async function uploadAll(
  run: TaskRun,
  targets: OutputTargets,
  { policy }: JobEnvironment,
  signal: AbortSignal,
): Promise<Record<string, OutputFile>> {
  const outputs: Record<string, OutputFile> = {}
  for (const [name, path] of Object.entries(run.files)) {
    const target = targets[name]
    if (target === undefined || path === undefined) continue
    const digest = await fileDigest(path)
    const sent = await upload({ path, target, contentType: contentType(name as OutputName, path), signal, policy })
    outputs[name] = { ...digest, ...sent }
  }
  return outputs
}
