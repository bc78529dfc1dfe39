import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Provider } from './backend.ts'
import type { Runtime } from './runtime.ts'

export interface ProofRequest {
  /** An RGB network of scale 2. */
  readonly network: string
  readonly runtime: Runtime
  readonly provider: Provider
  readonly cudaOptions?: Readonly<Record<string, string>> | undefined
}

/** Milliseconds for a batch of one frame of 128 × 96, on the device and on the CPU; difference in levels of 255. */
const Proof = z.object({ ms: z.number(), cpuMs: z.number(), maxDifference: z.number() })
export type Proof = z.infer<typeof Proof>

const PROGRAM = fileURLToPath(new URL('./prove-process.ts', import.meta.url))
const LOG_CHARS = 2000

/** Tries a device in a process of its own, which may crash or hang. Throws with the reason; nothing of it is left. */
export async function proveProvider(request: ProofRequest, timeoutMs: number): Promise<Proof> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(request)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, log, late] = ['', '', false]
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    log = `${log}${chunk}`.slice(-LOG_CHARS)
  })
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, timeoutMs)
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  const { code, signal } = await ended.finally(() => clearTimeout(timer))
  if (late) throw new Error(`the self-test took more than ${timeoutMs / 1000} s`)
  if (code !== 0) throw new Error(log.trim() || `the self-test ended with ${signal ?? code}`)
  return Proof.parse(JSON.parse(out))
}
