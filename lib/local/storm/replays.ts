import { setTimeout as sleep } from 'node:timers/promises'
import type { Stack } from '#lib/local/up.ts'
import { type FinishedRun, sendCompletion } from './gpu-crew.ts'
import { inLanes, type Tally } from './patience.ts'
import type { Random } from './seeded-random.ts'

interface Replay {
  stack: Stack
  random: Random
  tally: Tally
}

/** One finished run's `complete` and its webhook, twice, once more, in any order, at once. */
async function replay({ stack, random, tally }: Replay, run: FinishedRun): Promise<void> {
  const webhook = () => fetch(`${stack.urls.runpod}/_local/jobs/${run.runId}/webhook`, { method: 'POST' })
  const steps = [() => sendCompletion({ tally }, random, run), webhook, webhook]
  await Promise.all(random.shuffled(steps).map((step) => step()))
}

/** Replays whatever has finished so far, until it is over. Returns how many replays that were. */
export async function keepReplaying(
  input: Replay & { finished: readonly FinishedRun[]; isOver: () => boolean },
): Promise<number> {
  let replays = 0
  for (; !input.isOver(); await sleep(input.random.between(50, 300))) {
    if (input.finished.length === 0) continue
    await replay(input, input.random.pick(input.finished))
    replays += 1
  }
  return replays
}

/** All of them once more, in another order than they happened. */
export async function replayAll(input: Replay & { finished: readonly FinishedRun[] }): Promise<void> {
  await inLanes(input.random.shuffled(input.finished), 8, (run) => replay(input, run))
}
