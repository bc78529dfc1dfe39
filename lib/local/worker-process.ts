import { type RunningProcess, startProcess } from './process-group.ts'
import { workerEnv } from './runpod/worker-env.ts'

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000

/** The GPU worker, started again when it ends by itself, as RunPod does. */
export interface WorkerProcess {
  start(): void
  /** Ends it at once, as a lost machine would; it stays away until `start`. */
  kill(): Promise<void>
  /** Asks it to end, and does not start it again. */
  stop(): Promise<void>
  /** null while it is away. */
  pid(): number | null
}

export interface WorkerOptions {
  root: string
  env: Readonly<Record<string, string>>
  logFile: string
  onCrash: (reason: string, tail: string) => void
}

export function makeWorker(options: WorkerOptions): WorkerProcess {
  let running: RunningProcess | null = null
  let wanted = false
  let waitMs = FIRST_WAIT_MS
  let again: NodeJS.Timeout | undefined
  let starts = 0

  function start(): void {
    wanted = true
    clearTimeout(again)
    if (running) return
    const startedMs = performance.now()
    starts += 1
    const process = launch(options, starts)
    running = process
    void process.ended.then((reason) => {
      running = null
      if (!wanted) return
      options.onCrash(reason, process.tail())
      waitMs = performance.now() - startedMs > LONGEST_WAIT_MS ? FIRST_WAIT_MS : Math.min(waitMs * 2, LONGEST_WAIT_MS)
      again = setTimeout(start, waitMs)
    })
  }

  async function end(how: 'kill' | 'stop'): Promise<void> {
    wanted = false
    clearTimeout(again)
    await running?.[how]()
  }

  return { start, kill: () => end('kill'), stop: () => end('stop'), pid: () => running?.pid ?? null }
}

function launch({ root, env, logFile }: WorkerOptions, count: number): RunningProcess {
  const required = (name: string) => {
    const value = env[name]
    if (value === undefined) throw new Error(`The worker needs ${name}.`)
    return value
  }
  const runpod = workerEnv({
    url: required('RUNPOD_API_BASE'),
    workerKey: required('RUNPOD_WORKER_KEY'),
    endpointId: required('RUNPOD_ENDPOINT_ID'),
    // A new machine has a new name.
    podId: `local-${process.pid}-${count}`,
  })
  // Like a container's: nothing of the app's secrets.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(PATH|HOME|LANG|TMPDIR|WEIGHTS_DIR|GPU_\w+)$/.test(name)),
  )
  return startProcess({ name: 'worker', args: ['gpu/main.ts'], env: { ...inherited, ...runpod }, cwd: root, logFile })
}
