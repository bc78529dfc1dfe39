import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Ports, portVariable, SERVICES, type ServiceName } from './local-env.ts'
import { findPortOwner, isFree } from './ports.ts'
import { startAll } from './up.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const PORTS: Ports = { web: 18_850, s3: 18_851, runpod: 18_852, stripe: 18_853, mail: 18_854 }
const STOP_LIMIT_MS = 5000

let dir: string
const supervisors: Supervisor[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'up-'))
})

afterEach(async () => {
  for (const up of supervisors.splice(0)) {
    up.signal('SIGTERM')
    await up.exit
  }
  await rm(dir, { recursive: true, force: true })
})

/** `npm start` without npm: the supervisor as a process of its own. */
class Supervisor {
  readonly lines: string[] = []
  readonly #child: ChildProcess
  readonly exit: Promise<number | null>

  constructor(args: string[] = ['--no-worker']) {
    const ports = Object.fromEntries(SERVICES.map((name) => [portVariable(name), String(PORTS[name])]))
    this.#child = spawn(process.execPath, ['lib/local/up.ts', ...args], {
      cwd: ROOT,
      env: { ...process.env, ...ports, LOCAL_DIR: dir },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.lines.push(line))
    }
    this.exit = new Promise((resolve) => this.#child.once('exit', resolve))
    supervisors.push(this)
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  async says(text: string | RegExp): Promise<void> {
    await vi.waitFor(() => expect(this.lines.join('\n')).toMatch(text), { timeout: 300_000, interval: 50 })
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }
}

/** The parent of every process. */
async function readParents(): Promise<Map<number, number>> {
  const parents = new Map<number, number>()
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    // The command's name stands in brackets and may hold anything.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    parents.set(Number(name), parent)
  }
  return parents
}

/** Every process below `pid`, however deep. */
async function descendants(pid: number): Promise<number[]> {
  const parents = await readParents()
  const below = (above: number): number[] =>
    [...parents].filter(([, parent]) => parent === above).flatMap(([child]) => [child, ...below(child)])
  return below(pid)
}

/** The process the supervisor started for a service: the one that listens, or an ancestor of it. */
async function partOf(supervisor: number, name: ServiceName): Promise<number> {
  const parents = await readParents()
  let pid = (await findPortOwner(PORTS[name]))?.pid
  while (pid !== undefined && parents.get(pid) !== supervisor) pid = parents.get(pid)
  if (pid === undefined) throw new Error(`nobody listens for ${name}`)
  return pid
}

/** Not running: gone, or dead and not yet buried by its parent. */
async function isOver(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat === '' || stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')
}

async function expectNothingLeft(pids: number[], withinMs: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const over = await Promise.all(pids.map(isOver))
      expect(pids.filter((_pid, index) => !over[index])).toEqual([])
      for (const name of SERVICES) expect(await isFree(PORTS[name]), `port of ${name}`).toBe(true)
    },
    { timeout: withinMs, interval: 50 },
  )
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s stops everything within five seconds', async (signal) => {
  const up = new Supervisor()
  await up.says('ReelBallers is running')
  const pids = await descendants(up.pid)
  // Four stand-ins, wrangler and what wrangler starts.
  expect(pids.length).toBeGreaterThan(5)
  up.signal(signal)
  await expectNothingLeft([up.pid, ...pids], STOP_LIMIT_MS)
  expect(await up.exit).toBe(0)
})

test('killed without a chance to clean up, it still leaves nothing behind', async () => {
  const up = new Supervisor()
  await up.says('ReelBallers is running')
  const pids = await descendants(up.pid)
  up.signal('SIGKILL')
  await expectNothingLeft([up.pid, ...pids], STOP_LIMIT_MS)
})

test.each(['s3', 'web'] as const)('when %s dies, everything stops, and the message says what died', async (name) => {
  const up = new Supervisor()
  await up.says('ReelBallers is running')
  const pids = await descendants(up.pid)
  process.kill(await partOf(up.pid, name), 'SIGKILL')
  await expectNothingLeft([up.pid, ...pids], STOP_LIMIT_MS)
  expect(await up.exit).toBe(1)
  expect(up.lines.join('\n')).toMatch(new RegExp(`^${name} ended`, 'm'))
})

test('stopped while it starts, it leaves nothing behind', async () => {
  const up = new Supervisor()
  await up.says(/^database/m)
  const pids = await descendants(up.pid)
  up.signal('SIGTERM')
  await expectNothingLeft([up.pid, ...pids], STOP_LIMIT_MS)
  expect(await up.exit).toBe(1)
})

test('a busy port is said at once, before anything is built or started', async () => {
  const server: Server = createServer()
  await new Promise<void>((resolve) => server.listen(PORTS.stripe, '127.0.0.1', resolve))
  const up = new Supervisor()
  expect(await up.exit).toBe(1)
  await new Promise((resolve) => server.close(resolve))
  expect(up.lines).toEqual([expect.stringContaining(`Port ${PORTS.stripe}, wanted by stripe, is in use by process`)])
})

test('the database and the objects are still there after a stop; a second start builds and migrates nothing', async () => {
  const lines: string[] = []
  const first = await startAll({ ports: PORTS, dir, worker: false })
  const token = first.env.RECONCILE_SECRET
  await first.stop()
  const second = await startAll({ ports: PORTS, dir, worker: false, report: (line) => lines.push(line) })
  expect(second.env.RECONCILE_SECRET).toBe(token)
  expect(lines.slice(0, 2)).toEqual([
    expect.stringMatching(/^build +up to date$/),
    expect.stringMatching(/^database +up to date$/),
  ])
  const reconciled = await fetch(`${second.urls.web}/api/reconcile`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  expect(reconciled.status).toBe(200)
  await second.stop()
})

test('a worker that dies is started again as another machine; one that was killed on purpose stays away', async () => {
  const lines: string[] = []
  const stack = await startAll({ ports: PORTS, dir, report: (line) => lines.push(line) })
  const log = () => readFile(join(dir, 'logs', 'worker.log'), 'utf8').catch(() => '')
  const starts = async () => (await log()).split('encoders that work').length - 1
  const waitForStarts = (count: number) =>
    vi.waitFor(async () => expect(await starts()).toBe(count), { timeout: 60_000, interval: 100 })
  try {
    await waitForStarts(1)
    const worker = stack.workerPid()
    if (worker === null) throw new Error('the worker is away')
    process.kill(worker, 'SIGKILL')
    await waitForStarts(2)
    expect(lines.join('\n')).toContain('worker ended (SIGKILL)')

    await stack.killWorker()
    expect(stack.workerPid()).toBeNull()
    stack.restartWorker()
    await waitForStarts(3)
  } finally {
    await stack.stop()
  }
})
