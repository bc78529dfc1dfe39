import { copyFile, rename, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { AppError } from '#lib/contracts/errors.ts'
import { TaskName } from '#lib/contracts/tasks/index.ts'
import type { OutputName } from '#lib/contracts/tasks/task-contract.ts'
import type { OutputFile, WorkerOutput } from '#lib/contracts/worker.ts'
import { readConfig } from './config.ts'
import { chooseProvider } from './inference/choose-provider.ts'
import { ortBackend } from './inference/ort-backend.ts'
import { parseParams, runTask, withWorkDir } from './jobs/run-task.ts'
import { describeError, toWorkerError } from './jobs/worker-error.ts'
import { fileDigest } from './media/verify-output.ts'
import type { TaskProgress } from './tasks/task-handler.ts'

const USAGE = `usage: node gpu/cli.ts <task> --input FILE --output FILE [--params JSON] [--poster FILE] [--preview FILE] [--live-frame FILE]
Runs a worker task on local files. Progress goes to standard error; the last line of standard output is the worker's JSON.`

const OPTIONS = {
  input: { type: 'string' },
  output: { type: 'string' },
  params: { type: 'string', default: '{}' },
  poster: { type: 'string' },
  preview: { type: 'string' },
  'live-frame': { type: 'string' },
} as const

interface Command {
  readonly task: TaskName
  readonly input: string
  readonly params: unknown
  /** Where each output goes. */
  readonly targets: ReadonlyMap<OutputName, string>
}

function parseCommand(argv: string[]): Command {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true; args: string[] }>>
  try {
    parsed = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true })
  } catch (cause) {
    throw new AppError('invalid_request', `${cause instanceof Error ? cause.message : cause}\n${USAGE}`, { cause })
  }
  const { values, positionals } = parsed
  const task = TaskName.safeParse(positionals[0])
  if (!task.success || positionals.length > 1) {
    throw new AppError(
      'invalid_request',
      `"${positionals.join(' ')}" is not a task; there is: ${TaskName.options.join(', ')}.\n${USAGE}`,
      { field: 'task' },
    )
  }
  if (values.input === undefined || values.output === undefined) {
    throw new AppError('invalid_request', USAGE, { field: values.input === undefined ? 'input' : 'output' })
  }
  const targets = new Map<OutputName, string>([['video', values.output]])
  if (values.poster !== undefined) targets.set('poster', values.poster)
  if (values.preview !== undefined) targets.set('preview', values.preview)
  if (values['live-frame'] !== undefined) targets.set('live_frame', values['live-frame'])
  return { task: task.data, input: values.input, params: parseJson(values.params), targets }
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
  try {
    await rename(from, to)
  } catch {
    await copyFile(from, to)
  }
}

async function run(argv: string[], signal: AbortSignal): Promise<WorkerOutput> {
  const command = parseCommand(argv)
  const params = parseParams(command.task, command.params)
  const config = readConfig()
  const started = performance.now()
  const { provider, reports } = await chooseProvider(config.providers)
  for (const report of reports)
    console.error(`${report.provider}: ${report.ok ? 'used' : 'not used'}, ${report.detail}`)
  const livePath = command.targets.get('live_frame')
  return withWorkDir(config.workDir, async (workDir) => {
    const made = await runTask(command.task, params, {
      inputPath: command.input,
      workDir,
      config,
      backend: ortBackend(provider, config.inferenceThreads),
      wanted: new Set(command.targets.keys()),
      quoted: undefined,
      signal,
      onProgress: progressPrinter(config.progressIntervalMs),
      onLiveFrame: (jpeg) => {
        if (livePath) writeFile(livePath, jpeg).catch((error) => console.error(`live frame: ${error}`))
      },
    })
    const outputs: Record<string, OutputFile> = {}
    for (const [name, path] of Object.entries(made.files)) {
      const target = command.targets.get(name as OutputName)
      if (target === undefined) continue
      outputs[name] = await fileDigest(path)
      await place(path, target)
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

async function main(): Promise<void> {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // Every time, so that an impatient second Ctrl-C does not leave temporary files behind.
    process.on(name, () => stop.abort(new AppError('canceled', `Stopped by ${name}.`)))
  }
  let output: WorkerOutput
  try {
    output = await run(process.argv.slice(2), stop.signal)
  } catch (error) {
    console.error(describeError(error))
    output = { status: 'failed', error: toWorkerError(stop.signal.aborted ? stop.signal.reason : error) }
  }
  process.stdout.write(`${JSON.stringify(output)}\n`)
  process.exitCode = output.status === 'completed' ? 0 : 1
}

await main()
