import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type RunningProcess, startProcess } from './process-group.ts'
import { printsReady, waitUntilReady } from './ready.ts'

let dir: string
const started: RunningProcess[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'process-group-'))
})

afterEach(async () => {
  await Promise.all(started.splice(0).map((running) => running.kill()))
  await rm(dir, { recursive: true })
})

function start(code: string): RunningProcess {
  const logFile = join(dir, 'log')
  const running = startProcess({ name: 'part', args: ['-e', code], env: process.env, cwd: dir, logFile })
  started.push(running)
  return running
}

function firstLine(running: RunningProcess): Promise<string> {
  return new Promise((resolve) => running.onLine(resolve))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const STAYS = 'setInterval(() => {}, 1000)'
const HAS_CHILD = `const child = require('node:child_process').spawn(process.execPath, ['-e', '${STAYS}']); console.log(child.pid); ${STAYS}`

test('what it prints is kept in the log, each line with the time', async () => {
  const running = start('console.log("out"); console.error("err")')
  expect(await running.ended).toBe('exit 0')
  await vi.waitFor(async () => {
    const text = await readFile(join(dir, 'log'), 'utf8')
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z out$/m)
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z err$/m)
  })
  expect(running.tail()).toContain('err')
})

test('stopping it also stops what it started', async () => {
  const running = start(HAS_CHILD)
  const child = Number(await firstLine(running))
  expect(isAlive(child)).toBe(true)
  await running.stop()
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), 5000)
})

test('a process that does not listen is ended all the same', async () => {
  const running = start(`process.on('SIGTERM', () => {}); console.log('up'); ${STAYS}`)
  await firstLine(running)
  await running.stop()
  expect(await running.ended).toBe('SIGKILL')
})

test('its end is told with the reason', async () => {
  expect(await start('process.exit(3)').ended).toBe('exit 3')
})

test('stopping what has ended already does nothing', async () => {
  const running = start('')
  await running.ended
  await expect(running.stop()).resolves.toBeUndefined()
})

test('when the parent is killed without a word, the process ends too', async () => {
  const module = JSON.stringify(join(import.meta.dirname, 'process-group.ts'))
  await writeFile(
    join(dir, 'parent.ts'),
    `import { startProcess } from ${module}
     const child = startProcess({ name: 'child', args: ['-e', ${JSON.stringify(STAYS)}], env: process.env, cwd: '.', logFile: 'child.log' })
     console.log(child.pid)
     ${STAYS}`,
  )
  const logFile = join(dir, 'log')
  const parent = startProcess({ name: 'parent', args: ['parent.ts'], env: process.env, cwd: dir, logFile })
  started.push(parent)
  const child = Number(await firstLine(parent))
  expect(isAlive(child)).toBe(true)
  process.kill(parent.pid, 'SIGKILL')
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), 5000)
})

test('a part is ready when it says so, whatever else it prints before', async () => {
  const running = start(
    `console.log('{"ready":false}'); console.log('starting'); console.log('{"ready":true}'); ${STAYS}`,
  )
  await expect(waitUntilReady(running, printsReady, 10_000)).resolves.toBeUndefined()
})

test('a part that ends before it is ready is an error with what it said last', async () => {
  const running = start('console.error("no such bucket"); process.exit(2)')
  await expect(waitUntilReady(running, printsReady, 10_000)).rejects.toThrow(
    /part ended \(exit 2\)[\s\S]*no such bucket/,
  )
})

test('a part that is never ready is an error when the time is over', async () => {
  await expect(waitUntilReady(start(STAYS), printsReady, 300)).rejects.toThrow('part was not ready after 0.3 s')
})
