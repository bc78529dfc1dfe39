import { AppError } from '#lib/contracts/errors.ts'
import { TaskName } from '#lib/contracts/tasks/index.ts'
import { runTaskCommand, TASK_USAGE } from './cli/run-task-command.ts'
import { describeError, toWorkerError } from './jobs/worker-error.ts'

type Tool = (argv: string[], signal: AbortSignal) => Promise<unknown>

/** Commands besides the tasks, loaded when asked for. Each prints its own output; what it resolves to, if anything, is printed as the last line. */
const TOOLS: Readonly<Record<string, { readonly usage: string; readonly load: () => Promise<Tool> }>> = {
  'track-detections': {
    usage: `npm run -s gpu -- track-detections --input DET.txt --output RES.txt [--params '{"fps":25}']`,
    load: async () => (await import('./cli/track-detections.ts')).trackDetections,
  },
  convert: {
    usage: 'npm run -s gpu -- convert MODEL.pth OUT.onnx [--denoise-partner WEAK.pth --strength 0…1 (1: MODEL alone)]',
    load: async () => (await import('./cli/convert.ts')).convert,
  },
  'self-test': {
    usage: 'npm run -s gpu -- self-test [--require cuda,h264_nvenc]',
    load: async () => (await import('./cli/self-test.ts')).selfTest,
  },
  weights: {
    usage: 'npm run -s gpu -- weights [--list | --unpinned] [MODEL | FILE …]',
    load: async () => (await import('./cli/weights.ts')).weights,
  },
}

const USAGE = [`usage: ${TASK_USAGE}`, ...Object.values(TOOLS).map(({ usage }) => usage)].join('\n')

async function run(argv: string[], signal: AbortSignal): Promise<unknown> {
  const [name = '', ...rest] = argv
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined
  if (tool !== undefined) return (await tool.load())(rest, signal)
  const task = TaskName.safeParse(name)
  if (task.success) return runTaskCommand(task.data, rest, signal)
  const known = [...TaskName.options, ...Object.keys(TOOLS)].join(', ')
  throw new AppError('invalid_request', `"${name}" is not a command; there is: ${known}.\n${USAGE}`, { field: 'task' })
}

async function main(): Promise<void> {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // Every time, so that an impatient second Ctrl-C does not leave temporary files behind.
    process.on(name, () => stop.abort(new AppError('canceled', `Stopped by ${name}.`)))
  }
  try {
    const output = await run(process.argv.slice(2), stop.signal)
    if (output !== undefined) process.stdout.write(`${JSON.stringify(output)}\n`)
  } catch (error) {
    console.error(describeError(error))
    const told = { status: 'failed', error: toWorkerError(stop.signal.aborted ? stop.signal.reason : error) }
    process.stdout.write(`${JSON.stringify(told)}\n`)
    process.exitCode = 1
  }
}

await main()
