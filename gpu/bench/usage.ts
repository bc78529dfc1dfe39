import { readFileSync } from 'node:fs'
import { treeKib } from './peak-memory.ts'

const SAMPLE_MS = 50
/** `USER_HZ`, the unit of times in /proc (proc(5)). */
const TICKS_PER_S = 100
/** Fields 16 and 17 of /proc/…/stat, counted after the name. */
const [CHILD_USER, CHILD_SYSTEM] = [13, 14]

/** CPU seconds of this process, all its threads, and of its children that have ended. Linux. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const children = Number(fields[CHILD_USER]) + Number(fields[CHILD_SYSTEM])
  return (user + system) / 1e6 + children / TICKS_PER_S
}

/** Largest sum of resident memory, in MiB, of this process and everything it starts, while `run` runs. Linux. */
export async function ownPeakMib(run: () => Promise<unknown>): Promise<number> {
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, treeKib(process.pid))
  }, SAMPLE_MS)
  await run().finally(() => clearInterval(timer))
  return peak / 1024
}
