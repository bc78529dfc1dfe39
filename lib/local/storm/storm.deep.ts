import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Ports } from '#lib/local/local-env.ts'
import { makeClip } from '#lib/local/test-clips.ts'
import { type Stack, startAll } from '#lib/local/up.ts'
import type { Visitor } from '#lib/local/visitor.ts'
import { auditBooks, balanceTable, openBooks, readRows } from './books.ts'
import { startCrew } from './gpu-crew.ts'
import { killWeb } from './kill-web.ts'
import { Tally } from './patience.ts'
import { listEvents, newPayers, payAutomatically, payInEveryWay, stripeOf } from './payers.ts'
import { postEvents } from './post-events.ts'
import { reconcileUntilQuiet } from './quiet.ts'
import { keepReplaying, replayAll } from './replays.ts'
import { sabotage } from './sabotage.ts'
import { seededRandom } from './seeded-random.ts'
import { compareWithRunpod, compareWithStripe, listRuns } from './truth.ts'
import {
  type Debtor,
  newDebtor,
  pressCancel,
  pressRefund,
  pressRun,
  quoteFilms,
  type Wish,
  watchWallet,
} from './wishes.ts'

/**
 * Everything at once on the production build, while its server is killed again and again; then the books are asked. `STORM_SEED` repeats
 * the choices of an earlier run; what the machine makes of them in time is new every time.
 */
const SEED = Number(process.env.STORM_SEED ?? Math.floor(Math.random() * 1e9))
const PORTS: Ports = { web: 18_870, s3: 18_871, runpod: 18_872, stripe: 18_873, mail: 18_874 }
const random = seededRandom(SEED)

const DEBITS = { quotes: 200, affordable: 37 }
const EVENTS_AT_LEAST = 1000
const COMPLETIONS_AT_LEAST = 50
const PAYERS = 28
/** Payers who also have a video, how many jobs each of them starts, and over which time. */
const FILMERS = 8
const JOBS_EACH = 6
const FILMING_MS = 45_000
const CANCEL_SHARE = 0.15
const WORKERS = 6
const KILLS = { times: 20, answers: [5, 300] } as const

const CLIP = { seconds: 12, fps: 30 }
const RESULT = { frames: 360, seconds: 12, inputSize: '160x90', outputSize: '320x180' }

/** Waits that are minutes in production; the rules that rest on them are the same. */
const QUICK = {
  STATUS_MAX_AGE_MS: '500',
  DISPATCH_UNKNOWN_MS: '3000',
  RETRY_BACKOFF_MS: '200',
  LOCAL_RUNPOD_WORKER_LOST_MS: '900000',
  LOCAL_RUNPOD_WEBHOOK_RETRY_MS: '1000',
  // Everybody here shares one network, and nobody sleeps.
  RATE_LIMITS: ['write.ip', 'write.user', 'read.ip', 'read.user'].map((name) => `${name}=1000000/60`).join(),
}

/** What RunPod does wrong meanwhile. */
const RUNPOD_FAULTS = [
  { action: 'drop_run_response', times: 5 },
  { action: 'drop_webhook', times: 10 },
  { action: 'duplicate_webhook', times: 10 },
  { action: 'delay_webhook', delay_ms: 5_000, times: 10 },
]

let dir: string
let stack: Stack

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'storm-'))
  console.log(`STORM_SEED=${SEED}`)
  stack = await startAll({ ports: PORTS, dir, env: QUICK, worker: false, report: (line) => console.log(`  ${line}`) })
}, 900_000)

afterAll(async () => {
  await stack?.stop()
  await rm(dir, { recursive: true, force: true })
})

interface Calm {
  debtor: Debtor
  films: Wish[]
  /** Who asks for credit back meanwhile. */
  regretful: Visitor[]
  events: Stripe.Event[]
  stripe: Stripe
  result: Uint8Array<ArrayBuffer>
}

/** What must be there before: people, videos, quotes, and payments whose events Stripe still keeps back. */
async function prepare(): Promise<Calm> {
  const [clip, result] = await Promise.all([makeClip('mp4', CLIP), makeClip('mp4', { ...CLIP, size: '320x180' })])
  const stripe = stripeOf(stack)
  const payers = await newPayers(stack, PAYERS)
  const debtor = await newDebtor(stack, clip, DEBITS)
  const films = await quoteFilms(stack, payers.slice(0, FILMERS), clip, JOBS_EACH)
  await steer(stack.urls.stripe, 'deliveries', { hold: true })
  for (const fault of RUNPOD_FAULTS) await steer(stack.urls.runpod, 'faults', fault)
  console.log(`  pages: ${await payInEveryWay(stack, stripe, payers, FILMERS, random.fork('pages'))}`)
  await payAutomatically(stack, stripe, random.fork('automatic'))
  return { debtor, films, regretful: payers.slice(FILMERS), events: await listEvents(stripe), stripe, result }
}

async function steer(base: string, path: string, body: object): Promise<void> {
  const reply = await fetch(`${base}/_local/${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
}

/** Filmers press the button at any moment, and some of them cancel. What each accepted cancel may cost, by job. */
async function film(wishes: readonly Wish[], tally: Tally): Promise<Map<string, number>> {
  const prices = new Map<string, number>()
  await Promise.all(
    wishes.map(async (wish) => {
      const choice = random.fork(`film ${wishes.indexOf(wish)}`)
      await sleep(choice.between(0, FILMING_MS))
      const outcome = await pressRun(wish, choice, tally)
      if (!('jobId' in outcome)) throw new Error(`A filmer was refused: ${outcome.code}`)
      if (!choice.chance(CANCEL_SHARE)) return
      const price = await pressCancel(wish.visitor, outcome.jobId, choice, tally)
      if (price !== null) prices.set(outcome.jobId, price)
    }),
  )
  return prices
}

/** Everybody asks once, at any moment: before their payments are heard of, frozen or not. How often each answer came. */
async function regret(people: readonly Visitor[], tally: Tally): Promise<Map<string, number>> {
  const answers = new Map<string, number>()
  await Promise.all(
    people.map(async (visitor, number) => {
      const choice = random.fork(`regret ${number}`)
      await sleep(choice.between(0, FILMING_MS))
      const answer = await pressRefund(visitor, choice.between(1, 700), choice, tally)
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }),
  )
  return answers
}

async function rage({ debtor, films, regretful, events, result }: Calm, tally: Tally) {
  let raging = true
  const isOver = () => !raging
  const startedMs = performance.now()
  const deciding = Promise.all(debtor.wishes.map((wish) => pressRun(wish, random, tally)))
  const crew = startCrew({
    ...{ stack, tally, random: random.fork('crew'), workers: WORKERS },
    result: { ...RESULT, bytes: result },
    // What a finished job releases would pay for one more.
    after: deciding,
  })
  const finished = crew.report.completed
  const [kills, replays, torn, outcomes, cancels, regrets, posted] = await Promise.all([
    killWeb(stack, random.fork('kills'), tally, KILLS).finally(() => {
      raging = false
    }),
    keepReplaying({ stack, tally, random: random.fork('replays'), finished, isOver }),
    watchWallet(debtor, random.fork('wallet'), tally, isOver),
    deciding,
    film(films, tally),
    regret(regretful, tally),
    postEvents(stack, events, random.fork('events'), tally),
  ])
  const seconds = (performance.now() - startedMs) / 1000
  return { crew, kills, replays, torn, outcomes, cancels, regrets, posted, seconds }
}

function countBy(books: DatabaseSync, table: string, column = 'state'): string {
  const rows = readRows(books, `SELECT ${column} AS name, count(*) AS n FROM ${table} GROUP BY 1 ORDER BY 1`)
  return rows.map(({ name, n }) => `${n} ${name}`).join(', ')
}

function print(books: DatabaseSync, storm: Awaited<ReturnType<typeof rage>>, tally: Tally, lines: string[]): void {
  const { seconds, kills, posted, crew, replays } = storm
  const away = kills.map((kill) => Math.round(kill.awayMs)).sort((a, b) => a - b)
  const retries = [...tally.retries].map(([reason, times]) => `${times} × ${reason}`)
  const report = [
    `seed ${SEED}: ${seconds.toFixed(0)} s, ${tally.requests} requests (${(tally.answers / seconds).toFixed(0)} answers a second)`,
    `kills: ${kills.length}, at ${kills.map((kill) => (kill.atMs / 1000).toFixed(1)).join(' ')} s; away ${away[0]} to ${away.at(-1)} ms`,
    `sent again: ${retries.join(', ')}`,
    `events: ${posted.events}, of which ${posted.lost} never came; ${posted.deliveries} deliveries in ${posted.seconds.toFixed(0)} s`,
    `runs: ${crew.report.completed.length} completed, ${crew.report.failed} failed, ${crew.report.superseded} superseded; ${replays} replays`,
    `jobs: ${countBy(books, 'jobs')}; attempts: ${countBy(books, 'attempts')}`,
    `refunds asked for: ${[...storm.regrets].map(([answer, n]) => `${n} ${answer}`).join(', ')}; refunds: ${countBy(books, 'refunds')}; disputes: ${countBy(books, 'disputes')}`,
    `top-ups: ${countBy(books, 'top_ups')}; events: ${countBy(books, 'stripe_events')}; alarms: ${countBy(books, 'alarms', 'kind')}`,
    ...lines,
    balanceTable(books),
  ]
  console.log(report.map((line) => `  ${line}`).join('\n'))
}

test('every cent once and every job ended, whatever dies in between', { timeout: 900_000 }, async () => {
  const calm = await prepare()
  if (process.env.STORM_SABOTAGE) await sabotage(stack, process.env.STORM_SABOTAGE)
  const tally = new Tally()
  const storm = await rage(calm, tally)
  const books = openBooks(dir)
  const lastEventMs = Math.max(...calm.events.map((event) => event.created * 1000))
  const quiet = await reconcileUntilQuiet(stack, books, lastEventMs)
  // What is over stays over: nothing of it moves anything any more.
  await replayAll({ stack, tally, random: random.fork('last replays'), finished: storm.crew.report.completed })
  const runs = await listRuns(stack)
  storm.crew.stop()
  await stack.killWeb()
  print(books, storm, tally, [`quiet after ${quiet.ticks} ticks, ${quiet.seconds.toFixed(0)} s`])

  const wrong = [
    ...auditBooks(books),
    ...(await compareWithStripe(books, calm.stripe)),
    ...compareWithRunpod(books, runs),
    ...overpricedCancels(books, storm.cancels),
    ...storm.torn.slice(0, 3).map((wallet) => `Of ${storm.torn.length} wallets that do not add up: ${wallet}`),
  ]
  expect(wrong).toEqual([])
  const accepted = storm.outcomes.filter((outcome) => 'jobId' in outcome)
  const refusals = storm.outcomes.flatMap((outcome) => ('code' in outcome ? [outcome.code] : []))
  expect(new Set(accepted.map((outcome) => outcome.jobId)).size).toBe(DEBITS.affordable)
  expect(refusals).toEqual(Array(DEBITS.quotes - DEBITS.affordable).fill('insufficient_funds'))
  expect(storm.kills).toHaveLength(KILLS.times)
  expect(storm.posted.events).toBeGreaterThanOrEqual(EVENTS_AT_LEAST)
  expect(storm.crew.report.completed.length).toBeGreaterThanOrEqual(COMPLETIONS_AT_LEAST)
})

function overpricedCancels(books: DatabaseSync, prices: ReadonlyMap<string, number>): string[] {
  const rows = readRows(books, `SELECT job_id, outcome, capture_micros FROM settlements WHERE outcome = 'canceled'`)
  return rows.flatMap(({ job_id: jobId, capture_micros: captured }) => {
    const shown = prices.get(String(jobId))
    return shown !== undefined && Number(captured) > shown
      ? [`Canceling ${jobId} was shown at ${shown} and cost ${captured}.`]
      : []
  })
}
