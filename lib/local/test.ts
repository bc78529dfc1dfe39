import { spawn } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '..', '..')
const REPORTS = join(ROOT, '.local', 'reports')

export interface Totals {
  passed: number
  failed: number
  skipped: number
}

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
})
const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
})

export function vitestTotals(report: unknown): Totals {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = VitestReport.parse(report)
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
}

export function playwrightTotals(report: unknown): Totals {
  const { expected, unexpected, flaky, skipped } = PlaywrightReport.parse(report).stats
  return { passed: expected, failed: unexpected + flaky, skipped }
}

/** `12 passed, 0 failed` or `12 passed, 0 failed, 3 skipped`. */
export function totalsLine(totals: readonly Totals[]): string {
  const sum = (key: keyof Totals) => totals.reduce((count, part) => count + part[key], 0)
  const skipped = sum('skipped')
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

interface Step {
  name: string
  args: string[]
  env?: Record<string, string>
  /** Where the step leaves its counts, and how to read them; checks without tests have none. */
  report?: { file: string; read: (report: unknown) => Totals }
}

function vitest(mode: 'test' | 'deep'): Step {
  const file = join(REPORTS, 'vitest.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  return {
    name: mode === 'deep' ? 'long suites' : 'unit and integration tests',
    args: ['node_modules/vitest/vitest.mjs', 'run', '--mode', mode, ...reporters],
    report: { file, read: vitestTotals },
  }
}

const BROWSER_REPORT = join(REPORTS, 'playwright.json')

/** Changes the code of money, prices and jobs, and sees whether its tests notice. */
const MUTATION: Step = { name: 'mutation tests', args: ['lib/local/mutation/run.ts'] }

const STEPS: Step[] = [
  { name: 'format and lint', args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'] },
  vitest('test'),
  {
    name: 'browser tests',
    args: ['node_modules/@playwright/test/cli.js', 'test'],
    env: { E2E_REPORT: BROWSER_REPORT },
    report: { file: BROWSER_REPORT, read: playwrightTotals },
  },
]

/** Runs one step with its output shown. Its totals count at least one failure when it failed. */
async function runStep(step: Step): Promise<{ ok: boolean; totals: Totals | null }> {
  const startedMs = performance.now()
  console.log(`\n── ${step.name}`)
  const child = spawn(process.execPath, step.args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...step.env },
  })
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGTERM', forward)
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  process.off('SIGTERM', forward)
  const ok = code === 0
  console.log(`── ${step.name}: ${ok ? 'ok' : 'FAILED'} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`)
  return { ok, totals: step.report ? await readTotals(step.report, ok) : null }
}

/** A run that failed without a failed test (a file that does not load, a stack that does not start) counts as one failure. */
async function readTotals({ file, read }: NonNullable<Step['report']>, ok: boolean): Promise<Totals> {
  const text = await readFile(file, 'utf8').catch(() => null)
  const totals = text === null ? { passed: 0, failed: 0, skipped: 0 } : read(JSON.parse(text))
  return ok || totals.failed > 0 ? totals : { ...totals, failed: 1 }
}

async function main(): Promise<void> {
  const steps = process.argv.includes('--deep') ? [vitest('deep'), MUTATION] : STEPS
  await rm(REPORTS, { recursive: true, force: true })
  await mkdir(REPORTS, { recursive: true })
  const failed: string[] = []
  const totals: Totals[] = []
  // Ctrl-C reaches the running step as well; no further one is begun.
  let interrupted = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      interrupted = true
    })
  }
  for (const step of steps) {
    if (interrupted) break
    const result = await runStep(step)
    if (!result.ok) failed.push(step.name)
    if (result.totals) totals.push(result.totals)
  }
  console.log('')
  if (interrupted) console.log('Stopped before the end.')
  if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}.`)
  console.log(totalsLine(totals))
  process.exitCode = failed.length > 0 || interrupted ? 1 : 0
}

if (import.meta.main) await main()
