import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig, type WorkerConfig } from '#gpu/config.ts'
import type { InferenceBackend } from '#gpu/inference/backend.ts'
import { parseParams, runTask } from '#gpu/jobs/run-task.ts'
import { withWorkDir } from '#gpu/jobs/work-dir.ts'
import { fileDigest } from '#gpu/media/verify-output.ts'
import type { TaskProgress } from '#gpu/tasks/task-handler.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { TASKS, type TaskName } from '#lib/contracts/tasks/index.ts'
import type { OutputName } from '#lib/contracts/tasks/task-contract.ts'
import type { OutputFile, WorkerOutput } from '#lib/contracts/worker.ts'
import { writeData } from './write-data.ts'

/** Outputs that have an option of their own, besides `--output`. */
const SIDE_OUTPUTS = {
  poster: 'poster',
  preview: 'preview',
  filmstrip: 'filmstrip',
  waveform: 'waveform',
  'live-frame': 'live_frame',
} as const satisfies Record<string, OutputName>

export const TASK_USAGE = `npm run -s gpu -- <task> --input FILE --output FILE [--tracks FILE] [--params JSON]
    [--poster FILE] [--preview FILE] [--filmstrip FILE] [--waveform FILE] [--live-frame FILE]
  tasks: ${Object.keys(TASKS).join(', ')}
  Data (tracks, scenes, keyframes) is written as JSON, gzip when the name ends in .gz; tracks also as MOT text (.txt, .csv).
  Separate clips are written beside --output: reel.mp4 becomes reel-001.mp4, reel-002.mp4 …`

/** Tasks that run no network: which device would run it best is not worth finding out. */
const WITHOUT_NETWORK: ReadonlySet<TaskName> = new Set<TaskName>([
  'detect_scenes',
  'framing',
  'overlay',
  'annotate',
  'ingest',
])

const OPTIONS = {
  input: { type: 'string' },
  output: { type: 'string' },
  tracks: { type: 'string' },
  params: { type: 'string', default: '{}' },
  poster: { type: 'string' },
  preview: { type: 'string' },
  filmstrip: { type: 'string' },
  waveform: { type: 'string' },
  'live-frame': { type: 'string' },
} as const

interface Command {
  readonly input: string
  readonly output: string
  readonly tracks: string | undefined
  readonly params: unknown
  readonly sideTargets: ReadonlyMap<OutputName, string>
}

function parseCommand(task: TaskName, argv: readonly string[]): Command {
  let values: ReturnType<typeof parseArgs<{ options: typeof OPTIONS; args: string[] }>>['values']
  try {
    values = parseArgs({ args: [...argv], options: OPTIONS }).values
  } catch (cause) {
    throw new AppError('invalid_request', `${cause instanceof Error ? cause.message : cause}\n${TASK_USAGE}`, { cause })
  }
  for (const name of ['input', 'output'] as const) {
    if (values[name] === undefined)
      throw new AppError('invalid_request', `${task} needs --${name}.\n${TASK_USAGE}`, { field: name })
  }
  const sides = Object.entries(SIDE_OUTPUTS).flatMap(([option, name]) => {
    const path = values[option as keyof typeof SIDE_OUTPUTS]
    return path === undefined ? [] : [[name, path] as const]
  })
  return {
    input: values.input ?? '',
    output: values.output ?? '',
    tracks: values.tracks,
    params: parseJson(values.params),
    sideTargets: new Map(sides),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_request', '--params is not JSON.', { field: 'params', cause })
  }
}

/** Into place in one step, also from another file system, so that nobody sees half a file. */
async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  try {
    await rename(from, to)
  } catch {
    const beside = `${to}.part`
    await copyFile(from, beside)
    await rename(beside, to)
  }
}

/** Where a made file goes: the result to `--output` when data is the product, separate clips beside it. */
function targetOf(name: OutputName, command: Command, made: ReadonlySet<string>): string | undefined {
  if (name === 'video') return command.output
  if (name === 'result') return made.has('video') || made.has('clip-001') ? undefined : command.output
  if (name.startsWith('clip-')) {
    const extension = extname(command.output)
    return `${command.output.slice(0, command.output.length - extension.length)}${name.slice('clip'.length)}${extension}`
  }
  return command.sideTargets.get(name)
}

/** Loads no more of what runs networks than the task needs. */
async function loadBackend(task: TaskName, config: WorkerConfig): Promise<InferenceBackend> {
  if (WITHOUT_NETWORK.has(task)) {
    const { ortBackend } = await import('#gpu/inference/ort-backend.ts')
    return ortBackend('cpu', config.inferenceThreads)
  }
  const { describeReport, openBackend } = await import('#gpu/inference/open-backend.ts')
  const { backend, reports } = await openBackend(config)
  for (const report of reports) console.error(describeReport(report))
  return backend
}

/** Runs a worker task on local files. Progress goes to standard error. Throws coded errors. */
export async function runTaskCommand(
  task: TaskName,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<WorkerOutput> {
  const command = parseCommand(task, argv)
  const params = parseParams(task, command.params)
  const config = readConfig()
  const started = performance.now()
  const backend = await loadBackend(task, config)
  const livePath = command.sideTargets.get('live_frame')
  return withWorkDir(config.workDir, async (workDir) => {
    const made = await runTask(task, params, {
      inputPath: command.input,
      tracksPath: command.tracks,
      workDir,
      config,
      backend,
      wanted: new Set<OutputName>(['video', 'result', ...command.sideTargets.keys()]),
      quoted: undefined,
      signal,
      onProgress: progressPrinter(config.progressIntervalMs),
      onLiveFrame: (jpeg) => {
        if (livePath) writeFile(livePath, jpeg).catch((error) => console.error(`live frame: ${error}`))
      },
    })
    const outputs: Record<string, OutputFile> = {}
    const names = new Set(Object.keys(made.files))
    for (const [name, path] of Object.entries(made.files)) {
      const target = targetOf(name as OutputName, command, names)
      if (target === undefined || path === undefined) continue
      if (name === 'result') await writeData(task, path, target)
      else await place(path, target)
      outputs[name] = await fileDigest(target)
    }
    const elapsed = (performance.now() - started) / 1000
    return {
      status: 'completed',
      outputs,
      result: made.result,
      stats: { ...made.stats, processing_time_sec: elapsed, gpu_seconds: elapsed },
    }
  })
}

function progressPrinter(intervalMs: number): (progress: TaskProgress) => void {
  let next = 0
  return ({ stage, percent, frame, framesTotal, fps, message }) => {
    const now = performance.now()
    if (now < next) return
    next = now + intervalMs
    console.error(
      `${percent.toFixed(0).padStart(3)} % ${stage}: ${message}, frame ${frame} of ${framesTotal}, ${fps.toFixed(1)} fps`,
    )
  }
}
