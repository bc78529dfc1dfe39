import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { AppError } from '#lib/contracts/errors.ts'

export type Tool = 'ffmpeg' | 'ffprobe'

export interface ToolLimits {
  /** Wall time after which the process is killed. */
  readonly wallS: number
  /** Longest time without a line or a byte of output. Not for tools that wait for others. */
  readonly idleS?: number
  readonly cpuS?: number
  readonly addressSpaceBytes?: number
}

/** A probe of headers needs little; a hostile file gets no more. */
export const PROBE_LIMITS: ToolLimits = { wallS: 20, cpuS: 15, addressSpaceBytes: 4 * 2 ** 30 }

export interface ToolOptions {
  readonly limits: ToolLimits
  readonly signal?: AbortSignal | undefined
  /** Runs behind everything else: codecs must not take a core from the network, which sets the pace. */
  readonly background?: boolean
  /** File descriptors that become the process's numbers 3, 4 … */
  readonly pipeFds?: readonly number[]
  /** Gets every line of standard error; those it answers `true` for are not kept for messages. */
  readonly onLogLine?: (line: string) => boolean
  readonly onOutLine?: (line: string) => void
  /** Standard output becomes a stream of bytes, which must be read to its end. */
  readonly outBytes?: boolean
  readonly cwd?: string
}

export interface ToolExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly timedOut: boolean
  /** Last lines of standard error. */
  readonly log: string
}

export interface RunningTool {
  readonly pid: number | undefined
  readonly exit: Promise<ToolExit>
  /** Only with `outBytes`. */
  readonly output: Readable | null
  kill(): void
}

const LOG_LINES = 12

/** Programs of util-linux that set something and then become the tool itself. */
const WRAPPERS = ['setpriv', 'prlimit'] as const
export type Wrapper = (typeof WRAPPERS)[number]
let wrappersFound: ReadonlySet<Wrapper> | undefined

/**
 * The command that runs a tool within limits: `prlimit` sets them, and `setpriv` has the kernel kill the tool when this process dies,
 * whatever it dies of. Without them only wall time is limited, by this process.
 */
export function limitedCommand(
  tool: Tool,
  args: readonly string[],
  limits: ToolLimits,
  wrappers: ReadonlySet<Wrapper> = findWrappers(),
): [command: string, ...args: string[]] {
  const flags = [
    ...(limits.cpuS === undefined ? [] : [`--cpu=${Math.ceil(limits.cpuS)}`]),
    ...(limits.addressSpaceBytes === undefined ? [] : [`--as=${limits.addressSpaceBytes}`]),
    '--core=0',
  ]
  const limited: [string, ...string[]] = wrappers.has('prlimit')
    ? ['prlimit', ...flags, '--', tool, ...args]
    : [tool, ...args]
  return wrappers.has('setpriv') ? ['setpriv', '--pdeathsig', 'KILL', '--', ...limited] : limited
}

function findWrappers(): ReadonlySet<Wrapper> {
  wrappersFound ??= new Set(WRAPPERS.filter((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0))
  return wrappersFound
}

/** Starts a tool without a shell. Aborting the signal kills it; `exit` never rejects, except when it cannot be started. */
export function startTool(tool: Tool, args: readonly string[], options: ToolOptions): RunningTool {
  const [command, ...rest] = limitedCommand(tool, args, options.limits)
  const stdio = [
    'ignore',
    options.onOutLine || options.outBytes ? 'pipe' : 'ignore',
    'pipe',
    ...(options.pipeFds ?? []),
  ]
  const child: ChildProcess = spawn(command, rest, { stdio: stdio as ('ignore' | 'pipe' | number)[], cwd: options.cwd })
  if (options.background && child.pid !== undefined) yieldCores(child.pid)
  const kill = () => {
    child.kill('SIGKILL')
  }
  const log: string[] = []
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    kill()
  }, options.limits.wallS * 1000)
  const idle = watchIdle(child, options.limits.idleS, () => {
    timedOut = true
    kill()
  })
  options.signal?.addEventListener('abort', kill, { once: true })
  if (options.signal?.aborted) kill()
  if (child.stderr) {
    createInterface({ input: child.stderr, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      if (options.onLogLine?.(line)) return
      log.push(line.slice(0, 400))
      if (log.length > LOG_LINES) log.shift()
    })
  }
  const { onOutLine } = options
  if (child.stdout && onOutLine) createInterface({ input: child.stdout }).on('line', onOutLine)
  const exit = new Promise<ToolExit>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new AppError('internal', `${tool} could not be started: ${cause.message}`, { cause })),
    )
    child.once('close', (code, signal) => resolve({ code, signal, timedOut, log: log.join('\n') }))
  }).finally(() => {
    clearTimeout(timer)
    clearTimeout(idle)
    options.signal?.removeEventListener('abort', kill)
  })
  return { pid: child.pid, exit, output: options.outBytes ? child.stdout : null, kill }
}

function watchIdle(child: ChildProcess, idleS: number | undefined, onIdle: () => void): NodeJS.Timeout | undefined {
  if (idleS === undefined) return undefined
  const timer = setTimeout(onIdle, idleS * 1000)
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', () => timer.refresh())
  return timer
}

function yieldCores(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It has ended already.
  }
}

/** Runs a tool to its end and hands back its standard output's lines. */
export async function runTool(
  tool: Tool,
  args: readonly string[],
  options: Omit<ToolOptions, 'onOutLine'> & { readonly onOutLine?: (line: string) => void },
): Promise<ToolExit & { readonly lines: readonly string[] }> {
  const lines: string[] = []
  const onOutLine = options.onOutLine ?? ((line: string) => void lines.push(line))
  const exit = await startTool(tool, args, { ...options, onOutLine }).exit
  options.signal?.throwIfAborted()
  return { ...exit, lines }
}
