import { describeError, toWorkerError } from '#gpu/jobs/worker-error.ts'
import { AppError } from '#lib/contracts/errors.ts'

type Tool = (argv: string[], signal: AbortSignal) => Promise<unknown>

/** Commands besides the tasks, loaded when asked for. Each prints its own output; what it resolves to, if anything, is printed as the last line. */
const TOOLS: Readonly<Record<string, { readonly usage: string; readonly load: () => Promise<Tool> }>> = {
  'track-detections': {
    usage: `npm run -s gpu -- track-detections --input DET.txt --output RES.txt [--params '{"fps":25}']`,
    load: async () => (await import('./track-detections.ts')).trackDetections,
  },
  convert: {
    usage: 'npm run -s gpu -- convert MODEL.pth OUT.onnx [--denoise-partner WEAK.pth --strength 0…1 (1: MODEL alone)]',
    load: async () => (await import('./convert.ts')).convert,
  },
  'self-test': {
    usage: 'npm run -s gpu -- self-test [--require cuda,h264_nvenc]',
    load: async () => (await import('./self-test.ts')).selfTest,
  },
  weights: {
    usage: 'npm run -s gpu -- weights [--list | --unpinned] [MODEL | FILE …]',
    load: async () => (await import('./weights.ts')).weights,
  },
}

async function run(argv: string[], signal: AbortSignal): Promise<unknown> {
  const [name = '', ...rest] = argv
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined
  if (tool !== undefined) return (await tool.load())(rest, signal)
  const { runTaskCommand, TASK_USAGE } = await import('./run-task-command.ts')
  const { TaskName } = await import('#lib/contracts/tasks/index.ts')
  const task = TaskName.safeParse(name)
  if (task.success) return runTaskCommand(task.data, rest, signal)
  const known = [...TaskName.options, ...Object.keys(TOOLS)].join(', ')
  const usage = [`usage: ${TASK_USAGE}`, ...Object.values(TOOLS).map((entry) => entry.usage)].join('\n')
  throw new AppError('invalid_request', `"${name}" is not a command; there is: ${known}.\n${usage}`, { field: 'task' })
}

/** Runs the command that the process was started with: its report is the last line of standard output. */
export async function runProgram(): Promise<void> {
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
