import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** With this, Linux ends a child when its parent dies, also when the parent had no chance to (kill -9). */
const SETPRIV = '/usr/bin/setpriv'
const GRACE_MS = 3000

export interface Command {
  name: string
  args: string[]
  env: Record<string, string | undefined>
  cwd: string
  /** Where everything it prints goes, each line with the time. */
  logFile: string
}

export interface RunningProcess {
  name: string
  pid: number
  /** `exit 1`, `SIGKILL`; resolves when the process is gone. */
  ended: Promise<string>
  /** Calls back for every line of stdout until it returns true. */
  onLine(listen: (line: string) => void): void
  /** The last lines it printed, for an error message. */
  tail(): string
  /** Asks the whole group to end, and makes it after three seconds. */
  stop(): Promise<void>
  /** Ends the whole group at once. */
  kill(): Promise<void>
}

/** Starts Node on `args` in a process group of its own, so that stopping it also stops whatever it started. */
export function startProcess(command: Command): RunningProcess {
  const line = [process.execPath, ...command.args]
  const [program = '', ...args] = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'TERM', '--', ...line] : line
  const child = spawn(program, args, {
    cwd: command.cwd,
    // Next's types want NODE_ENV; a child decides it for itself, whatever this process runs as.
    env: { ...command.env, NODE_ENV: undefined } as unknown as NodeJS.ProcessEnv,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = keepLines(child, command.logFile)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit ${code}`))
  })
  const signalGroup = (signal: NodeJS.Signals) => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, signal)
    } catch {
      // The group is gone already.
    }
  }
  const kill = async () => {
    signalGroup('SIGKILL')
    await ended
  }
  return {
    name: command.name,
    pid: child.pid ?? -1,
    ended,
    onLine: (listen) => printed.listeners.add(listen),
    tail: () => printed.last.join('\n'),
    kill,
    async stop() {
      signalGroup('SIGTERM')
      const timer = setTimeout(() => signalGroup('SIGKILL'), GRACE_MS)
      await ended
      clearTimeout(timer)
      // The leader is gone; what it may have left behind goes too.
      signalGroup('SIGKILL')
    },
  }
}

function keepLines(child: ChildProcess, logFile: string) {
  const log = createWriteStream(logFile, { flags: 'a' })
  const listeners = new Set<(line: string) => void>()
  const last: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${new Date().toISOString()} ${line}\n`)
      last.push(line)
      if (last.length > 20) last.shift()
      for (const listen of listeners) listen(line)
    })
  }
  child.once('close', () => log.end())
  return { listeners, last }
}
