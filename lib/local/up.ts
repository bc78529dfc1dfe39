import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuild } from './build-stamp.ts'
import { makeLocalEnv, type Ports, readPorts, type ServiceName, urlOf } from './local-env.ts'
import { applyMigrations } from './migrate.ts'
import { requireFreePorts } from './ports.ts'
import { type RunningProcess, startProcess } from './process-group.ts'
import { answers, printsReady, waitUntilReady } from './ready.ts'
import { startReconcileTick } from './reconcile-tick.ts'
import { builtWeb, devWeb } from './web-process.ts'
import { makeWorker } from './worker-process.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const STAND_INS = ['s3', 'runpod', 'stripe', 'mail'] as const
const READY_LIMIT_MS = 120_000

export interface StackOptions {
  ports?: Ports
  /** Where this instance keeps its secrets, database, objects and logs. */
  dir?: string
  /** Values that win over `<dir>/env` and the shell. */
  env?: Readonly<Record<string, string>>
  worker?: boolean
  /** `built`: the production build under workerd. `dev`: the sources, with hot reload. */
  web?: 'built' | 'dev'
  /** Progress and incidents, one line each. */
  report?: (line: string) => void
  /** Gives up starting; whatever was started is stopped. */
  signal?: AbortSignal
}

export interface Stack {
  urls: Record<ServiceName, string>
  /** Every value the parts were started with. */
  env: Readonly<Record<string, string>>
  dir: string
  stop(): Promise<void>
  /** Ends the worker at once, as a lost machine would. */
  killWorker(): Promise<void>
  restartWorker(): void
  workerPid(): number | null
  /** Ends the web server at once, as a crash or a lost machine would; everything else goes on. */
  killWeb(): Promise<void>
  /** Starts it again on the same database. Resolves when it answers. */
  restartWeb(): Promise<void>
  /** Why everything stopped although nobody asked; never resolves otherwise. */
  failed: Promise<string>
}

/** Builds what is out of date, then starts the whole cloud on this machine. When one part dies, all are stopped. */
export async function startAll(options: StackOptions = {}): Promise<Stack> {
  const ports = options.ports ?? readPorts(process.env)
  const dir = resolve(options.dir ?? process.env.LOCAL_DIR ?? join(ROOT, '.local'))
  const report = options.report ?? (() => {})
  await requireFreePorts(ports)
  await mkdir(join(dir, 'logs'), { recursive: true })
  const env = await makeLocalEnv(dir, ports, options.env ?? {})

  if (options.web !== 'dev') await timed(report, 'build', () => build(dir, report, options.signal))
  const processes = new ProcessSet()
  const giveUp = () => void processes.stop()
  const openWeb = () => startWeb(processes, options.web ?? 'built', { dir, ports, env })
  let web: RunningProcess | null = null
  options.signal?.addEventListener('abort', giveUp)
  try {
    await timed(report, 'database', () => applyMigrations(ROOT, dir))
    await Promise.all(STAND_INS.map((name) => timed(report, name, () => startStandIn(processes, name, dir, env))))
    await timed(report, 'web', async () => {
      web = await openWeb()
    })
  } catch (error) {
    await processes.stop()
    throw error
  } finally {
    options.signal?.removeEventListener('abort', giveUp)
  }
  options.signal?.throwIfAborted()
  const worker = makeWorker({
    root: ROOT,
    env,
    logFile: join(dir, 'logs', 'worker.log'),
    onCrash: (reason, tail) => report(`worker ended (${reason}) and is started again:\n${tail}`),
  })
  if (options.worker ?? true) worker.start()
  const stopTick = startReconcileTick(env, (reason) => report(`reconciler: ${reason}`))
  const stop = async () => {
    await Promise.all([stopTick(), worker.stop(), processes.stop()])
  }
  const failed = processes.firstDeath.then(async (reason) => {
    await stop()
    return reason
  })
  return {
    urls: mapPorts(ports),
    env,
    dir,
    stop,
    failed,
    killWorker: worker.kill,
    restartWorker: worker.start,
    workerPid: worker.pid,
    killWeb: async () => {
      if (web) await processes.kill(web)
    },
    restartWeb: async () => {
      web = await openWeb()
    },
  }
}

/** Says when it has something to build; what the tools print goes into the log. */
async function build(dir: string, report: (line: string) => void, signal: AbortSignal | undefined): Promise<boolean> {
  const file = join(dir, 'logs', 'build.log')
  const log = createWriteStream(file)
  let begun = false
  const onLine = (line: string) => {
    if (!begun) report(`build     sources changed: building, a minute or two (${file}) …`)
    begun = true
    log.write(`${line}\n`)
  }
  try {
    return await ensureBuild(ROOT, { onLine, signal })
  } finally {
    log.end()
  }
}

/** The parts that must all be there: the first to end unasked is the stack's end. */
class ProcessSet {
  readonly #running: RunningProcess[] = []
  readonly #killed = new Set<RunningProcess>()
  #stopping = false
  readonly #death = Promise.withResolvers<string>()
  readonly firstDeath = this.#death.promise

  add(running: RunningProcess): RunningProcess {
    this.#running.push(running)
    if (this.#stopping) void running.stop()
    void running.ended.then((reason) => {
      if (this.#stopping || this.#killed.has(running)) return
      this.#death.resolve(`${running.name} ended (${reason}):\n${running.tail()}`)
    })
    return running
  }

  /** Ends one of them on purpose, which is not the stack's end. */
  async kill(running: RunningProcess): Promise<void> {
    this.#killed.add(running)
    await running.kill()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#running.map((running) => running.stop()))
  }
}

async function startStandIn(
  processes: ProcessSet,
  name: (typeof STAND_INS)[number],
  dir: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const logFile = join(dir, 'logs', `${name}.log`)
  const args = [join('lib', 'local', name, 'main.ts')]
  const running = processes.add(startProcess({ name, args, env: { ...process.env, ...env }, cwd: ROOT, logFile }))
  await waitUntilReady(running, printsReady, READY_LIMIT_MS)
}

async function startWeb(
  processes: ProcessSet,
  web: 'built' | 'dev',
  options: { dir: string; ports: Ports; env: Readonly<Record<string, string>> },
): Promise<RunningProcess> {
  const command = web === 'dev' ? devWeb({ root: ROOT, ...options }) : builtWeb({ root: ROOT, ...options })
  const health = `${urlOf(options.ports.web)}/api/health`
  const running = processes.add(startProcess(command))
  await waitUntilReady(running, (_running, signal) => answers(health, signal), READY_LIMIT_MS)
  return running
}

/** A step that returns false had nothing to do. */
async function timed(report: (line: string) => void, name: string, step: () => Promise<unknown>): Promise<void> {
  const startedMs = performance.now()
  const result = await step()
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  report(`${name.padEnd(9)} ${result === false ? 'up to date' : `ready (${seconds} s)`}`)
}

function mapPorts(ports: Ports): Record<ServiceName, string> {
  const { web, s3, runpod, stripe, mail } = ports
  return { web: urlOf(web), s3: urlOf(s3), runpod: urlOf(runpod), stripe: urlOf(stripe), mail: urlOf(mail) }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'no-worker': { type: 'boolean' }, dev: { type: 'boolean' } } })
  const say = (line: string) => console.log(line)
  const asked = new AbortController()
  for (const signal of SIGNALS) process.on(signal, () => asked.abort(new Error(`Stopped (${signal}).`)))
  onParentDeath(() => asked.abort(new Error('Stopped: the terminal is gone.')))
  const stack = await startAll({
    worker: !values['no-worker'],
    web: values.dev ? 'dev' : 'built',
    report: say,
    signal: asked.signal,
  })
  say(welcome(stack))
  const stopAsked = new Promise<null>((resolve) => asked.signal.addEventListener('abort', () => resolve(null)))
  const reason = await Promise.race([stopAsked, stack.failed])
  await stack.stop()
  if (reason === null) return
  console.error(reason)
  process.exitCode = 1
}

/** A shell that was killed tells nobody; its children get another parent. */
function onParentDeath(then: () => void): void {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) then()
  }, 1000).unref()
}

function welcome({ urls, env, dir }: Stack): string {
  return `
  ReelBallers is running.

  App       ${urls.web}
  Mailbox   ${urls.mail}  (sign-in links arrive here)
  Payments  ${urls.stripe}  (stands in for Stripe: checkout pages open here, no real money moves)
  Admin     sign in as ${env.ADMIN_EMAILS}  (ADMIN_EMAILS in ${join(dir, 'env')})
  Logs      ${join(dir, 'logs')}

  Ctrl-C stops everything.
`
}

if (import.meta.main) {
  try {
    await main()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
