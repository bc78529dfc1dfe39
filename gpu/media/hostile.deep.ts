import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { shared } from '#gpu/testing/clips.ts'
import { testContext, testFolder } from '#gpu/testing/task-context.ts'
import { canary, children, outcome, TASKS } from './hostile.ts'
import { flipBits, hostileFiles, seeded } from './hostile-files.ts'

const CONTAINERS = shared('data/video/containers')
const REFUSED_S = 30
const SILENT_S = 10

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Whole, cut off at three places, and with one, a few and many bits flipped. */
function variants(bytes: Uint8Array, seed: number): [string, Uint8Array][] {
  const random = seeded(seed)
  return [
    ['whole', bytes],
    ...[0.1, 0.5, 0.95].map((part): [string, Uint8Array] => [`cut at ${part}`, bytes.subarray(0, bytes.length * part)]),
    ...[1, 20, 400].map((flips): [string, Uint8Array] => [`${flips} bits flipped`, flipBits(bytes, flips, random)]),
  ]
}

/** Runs both tasks; answers what broke the rules. */
async function judge(name: string, path: string): Promise<string[]> {
  const problems: string[] = []
  for (const [task, run] of Object.entries(TASKS)) {
    const started = performance.now()
    let [last, silentMs] = [started, 0]
    const heard = () => {
      silentMs = Math.max(silentMs, performance.now() - last)
      last = performance.now()
    }
    const code = await outcome(run(await testContext(path, { onProgress: heard }))).catch(
      (error) => `uncoded: ${error}`,
    )
    heard()
    const seconds = (performance.now() - started) / 1000
    if (code.startsWith('uncoded') || code === 'internal') problems.push(`${name}, ${task}: ${code}`)
    if (code !== 'done' && seconds > REFUSED_S) problems.push(`${name}, ${task}: refused after ${seconds.toFixed(0)} s`)
    if (silentMs > SILENT_S * 1000) problems.push(`${name}, ${task}: silent for ${(silentMs / 1000).toFixed(0)} s`)
  }
  const left = await children()
  if (left.length > 0) problems.push(`${name}: processes ${left.join(', ')} are left`)
  return problems
}

test.skipIf(CONTAINERS === undefined)(
  'every odd container, whole, cut off and damaged',
  { timeout: 3_600_000 },
  async () => {
    const dir = await testFolder()
    const problems: string[] = []
    for (const [seed, path] of (await filesUnder(CONTAINERS ?? '')).entries()) {
      for (const [what, bytes] of variants(await readFile(path), seed + 1)) {
        const copy = join(dir, 'copy')
        await writeFile(copy, bytes)
        problems.push(...(await judge(`${basename(path)}, ${what}`, copy)))
      }
    }
    expect(problems).toEqual([])
  },
)

const traced = await promisify(execFile)('strace', ['-V']).then(
  () => true,
  () => false,
)

// Needs strace: what the worker and its tools open and connect to is seen by the kernel, not believed.
test.skipIf(!traced)('no hostile file makes any process open another file or connect anywhere', async () => {
  const dir = await testFolder()
  const lure = await canary(dir)
  const cli = new URL('../cli.ts', import.meta.url).pathname
  for (const { name, path } of await hostileFiles(dir, lure)) {
    for (const task of Object.keys(TASKS)) {
      const log = join(dir, 'trace.txt')
      const command = [process.execPath, cli, task, '--input', path, '--output', join(dir, 'out')]
      const trace = ['-f', '-qq', '-e', 'trace=connect,openat,open', '-o', log, '--']
      await promisify(execFile)('strace', [...trace, ...command], { maxBuffer: 1 << 24 }).catch(() => undefined)
      const lines = (await readFile(log, 'utf8')).split('\n')
      expect(
        lines.filter((line) => line.includes('canary')),
        `${name} ${task}`,
      ).toEqual([])
      expect(
        lines.filter((line) => /connect\(.*AF_INET/.test(line)),
        `${name} ${task}`,
      ).toEqual([])
    }
  }
  expect(lure.requests).toEqual([])
})
