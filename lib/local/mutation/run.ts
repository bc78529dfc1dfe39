import { spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { compareWithKnown, KnownSurvivors, MutationReport, type Survivor, tally } from './mutants.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const REPORT = join(ROOT, '.local', 'reports', 'mutation.json')
const KNOWN = join(ROOT, 'docs', 'mutation-survivors.json')
const LEAST_PERCENT = 85

/** Changes the rules of money, prices and jobs one thing at a time and sees whether their tests notice. */
async function main(): Promise<void> {
  await rm(REPORT, { force: true })
  const code = await runStryker()
  const text = await readFile(REPORT, 'utf8').catch(() => null)
  if (text === null) {
    console.error(`Stryker ended with ${code} and left no report.`)
    process.exitCode = 1
    return
  }
  const { killed, total, survivors } = tally(MutationReport.parse(JSON.parse(text)))
  const percent = (100 * killed) / total
  const known = KnownSurvivors.parse(JSON.parse(await readFile(KNOWN, 'utf8')))
  const { unknown, outdated } = compareWithKnown(survivors, known)
  const problems = [
    ...unknown.map((survivor) => `Survives, and docs/mutation-survivors.json does not say why: ${listing(survivor)}`),
    ...outdated.map((survivor) => `Is listed, and does not survive: ${listing(survivor)}`),
    ...(percent < LEAST_PERCENT ? [`Fewer than ${LEAST_PERCENT} % are killed.`] : []),
  ]
  console.log(problems.join('\n'))
  console.log(`${killed} of ${total} mutants killed (${percent.toFixed(1)} %), ${survivors.length} survive.`)
  if (problems.length > 0) process.exitCode = 1
}

function listing({ file, original, replacement }: Survivor): string {
  return JSON.stringify({ file, original, replacement, reason: '' })
}

function runStryker(): Promise<number | null> {
  const program = join(ROOT, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js')
  const config = join('lib', 'local', 'mutation', 'stryker.config.json')
  const child = spawn(process.execPath, [program, 'run', config], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
}

await main()
