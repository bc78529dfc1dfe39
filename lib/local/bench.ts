import { spawn } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')
const BENCHES: Readonly<Record<string, readonly [script: string, ...args: string[]]>> = {
  web: ['lib/local/bench/web.ts'],
  gpu: ['gpu/bench/run.ts', '--out', 'docs/benchmarks/gpu.json'],
}

/** `npm run bench` runs all; `npm run bench -- gpu …` runs one, with the rest of the line as its arguments. */
async function main([name, ...args]: string[]): Promise<void> {
  const unknown = name !== undefined && !Object.hasOwn(BENCHES, name)
  if (unknown) throw new Error(`There is no benchmark "${name}": ${Object.keys(BENCHES).join(', ')}.`)
  for (const [bench, script] of Object.entries(BENCHES)) {
    if (name !== undefined && name !== bench) continue
    console.log(`\n── ${bench}`)
    const child = spawn(process.execPath, [...script, ...args], { cwd: ROOT, stdio: 'inherit' })
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
    if (code !== 0) throw new Error(`The benchmark ${bench} failed.`)
  }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
