import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from './seeded-random.ts'

/** One request that never gets an answer must not hold a caller for ever. */
const ANSWER_WITHIN_MS = 120_000
const GIVE_UP_AFTER_MS = 480_000

export interface Answer {
  status: number
  text: string
}

/** What callers went through, over the whole storm. */
export class Tally {
  requests = 0
  answers = 0
  /** Resolves when the server is back; nobody knocks on a door that is not there. */
  away: Promise<void> = Promise.resolve()
  /** By what made them necessary: no connection, a cut answer, no answer in time, a 5xx. */
  readonly retries = new Map<string, number>()

  retry(reason: string): void {
    this.retries.set(reason, (this.retries.get(reason) ?? 0) + 1)
  }
}

/**
 * Sends until the answer is final, as a browser's user, Stripe and a worker do while a server is away. By default anything below 500 is.
 * Throws after eight minutes.
 */
export async function untilAnswered(
  tally: Tally,
  random: Random,
  send: (signal: AbortSignal) => Promise<Response>,
  isFinal: (status: number) => boolean = (status) => status < 500,
): Promise<Answer> {
  const startedMs = performance.now()
  for (let last = ''; performance.now() - startedMs < GIVE_UP_AFTER_MS; ) {
    await tally.away
    tally.requests += 1
    const outcome = await tryOnce(send)
    if (typeof outcome !== 'string') {
      tally.answers += 1
      if (isFinal(outcome.status)) return outcome
      last = `${outcome.status} ${outcome.text.slice(0, 200)}`
    } else {
      last = outcome
    }
    tally.retry(typeof outcome === 'string' ? outcome : `answered ${outcome.status}`)
    if (performance.now() - startedMs > GIVE_UP_AFTER_MS) throw new Error(`No final answer in eight minutes: ${last}`)
    await sleep(random.between(100, 500))
  }
  throw new Error('No final answer in eight minutes.')
}

/** The answer, or why there is none. */
async function tryOnce(send: (signal: AbortSignal) => Promise<Response>): Promise<Answer | string> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
  let response: Response
  try {
    response = await send(signal)
  } catch {
    return signal.aborted ? 'no answer in time' : 'no connection'
  }
  try {
    return { status: response.status, text: await response.text() }
  } catch {
    return signal.aborted ? 'no answer in time' : 'answer cut off'
  }
}

/** Runs `work` on every item, `lanes` at a time, in order. */
export async function inLanes<Item>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const waiting = [...items]
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
