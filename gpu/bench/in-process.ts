import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { CaseMeasure, CaseRequest } from './measure-case.ts'

const PROGRAM = fileURLToPath(new URL('./measure-process.ts', import.meta.url))

/** `measureCase` in a process of its own. */
export async function caseInProcess(request: CaseRequest): Promise<CaseMeasure> {
  return JSON.parse(await run('case', request)) as CaseMeasure
}

/** `measureMemory` in a process of its own. */
export async function memoryInProcess(request: CaseRequest): Promise<number> {
  return JSON.parse(await run('memory', request)) as number
}

async function run(what: 'case' | 'memory', request: CaseRequest): Promise<string> {
  const args = [PROGRAM, what, JSON.stringify(request)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`measuring ${request.name} ended with ${code}`)
  return out
}
