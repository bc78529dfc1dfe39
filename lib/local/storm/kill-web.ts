import { setTimeout as sleep } from 'node:timers/promises'
import type { Stack } from '#lib/local/up.ts'
import type { Tally } from './patience.ts'
import type { Random } from './seeded-random.ts'

/** A life in which nothing is asked must end, too. */
const LONGEST_LIFE_MS = 30_000

export interface Kill {
  /** Since the first start. */
  atMs: number
  /** How long the server had been answering. */
  upMs: number
  /** From the kill until it answered again. */
  awayMs: number
}

/**
 * SIGKILL at random moments: everything the server held in memory is gone, whatever it was writing is half written. A life is counted in answers,
 * so that it is as short on a slow machine as on a fast one, and still leads somewhere.
 */
export async function killWeb(
  stack: Stack,
  random: Random,
  tally: Tally,
  plan: { times: number; answers: readonly [min: number, max: number] },
): Promise<Kill[]> {
  const kills: Kill[] = []
  const startedMs = performance.now()
  let upSinceMs = startedMs
  while (kills.length < plan.times) {
    const lastAnswer = tally.answers + random.between(...plan.answers)
    while (tally.answers < lastAnswer && performance.now() - upSinceMs < LONGEST_LIFE_MS) await sleep(5)
    await sleep(random.between(0, 50))
    const killedMs = performance.now()
    const back = Promise.withResolvers<void>()
    tally.away = back.promise
    await stack.killWeb()
    await stack.restartWeb()
    back.resolve()
    kills.push({ atMs: killedMs - startedMs, upMs: killedMs - upSinceMs, awayMs: performance.now() - killedMs })
    upSinceMs = performance.now()
  }
  return kills
}
