import { setTimeout as sleep } from 'node:timers/promises'
import type { Stack } from '#lib/local/up.ts'
import type { Random } from './seeded-random.ts'

export interface Kill {
  /** Since the first start. */
  atMs: number
  /** How long the server had been answering. */
  upMs: number
  /** From the kill until it answered again. */
  awayMs: number
}

/** SIGKILL at random moments: everything the server held in memory is gone, whatever it was writing is half written. */
export async function killWeb(
  stack: Stack,
  random: Random,
  plan: { times: number; upMs: readonly [min: number, max: number] },
): Promise<Kill[]> {
  const kills: Kill[] = []
  const startedMs = performance.now()
  let upSinceMs = startedMs
  while (kills.length < plan.times) {
    await sleep(random.between(...plan.upMs))
    const killedMs = performance.now()
    await stack.killWeb()
    await stack.restartWeb()
    kills.push({ atMs: killedMs - startedMs, upMs: killedMs - upSinceMs, awayMs: performance.now() - killedMs })
    upSinceMs = performance.now()
  }
  return kills
}
