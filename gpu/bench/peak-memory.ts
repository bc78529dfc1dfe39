import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const SAMPLE_MS = 50

/** Largest sum of resident memory, in MiB, of a process and everything it starts, while it runs. Linux. */
export async function peakMemoryMib(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  let peak = 0
  const timer = setInterval(() => {
    if (child.pid !== undefined) peak = Math.max(peak, treeKib(child.pid))
  }, SAMPLE_MS)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).finally(() => clearInterval(timer))
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
  return peak / 1024
}

/** Resident memory, in KiB, of a process and everything it has started. Linux. */
export function treeKib(root: number): number {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStatus(Number(name)))
  const members = new Set([root])
  // Children have larger ids than their parents, but ids wrap: repeat until nothing is added.
  for (let before = 0; before < members.size; ) {
    before = members.size
    for (const { pid, parent } of processes) if (members.has(parent)) members.add(pid)
  }
  return processes.reduce((sum, { pid, kib }) => (members.has(pid) ? sum + kib : sum), 0)
}

function readStatus(pid: number): { pid: number; parent: number; kib: number }[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
    return [{ pid, parent: field('PPid'), kib: field('VmRSS') }]
  } catch {
    // It ended between listing and reading.
    return []
  }
}
