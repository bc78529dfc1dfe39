import { ATTEMPT_STATES } from '#lib/contracts/api/jobs.ts'
import { TOP_UP_STATES } from '#lib/contracts/api/wallet.ts'
import type { Population, Row } from './populate.ts'

const PAID_CENTS = 5_000
const HELD = 1_000
const CAPTURED = 400
const AT = { created_at_ms: 1_700_000_000_000, updated_at_ms: 1_700_000_000_000 }

/** How a job got where it is. */
const LIVES: readonly (readonly string[])[] = [
  ['queued'],
  ['queued', 'running'],
  ['queued', 'running', 'finalizing'],
  ['queued', 'running', 'finalizing', 'succeeded'],
  ['queued', 'failed'],
  ['queued', 'running', 'canceled'],
]

/** The part of the database with a story: who paid, what was held, run, settled and given back. Two users, one of them in dispute. */
export function placeJobs(population: Population): void {
  const [{ userId, topUpId }, disputed] = [addWallet(population), addWallet(population)]
  const assetId = population.id('ast')
  addAsset(population, { id: assetId, user_id: userId, kind: 'uploaded' })
  for (const [index, life] of LIVES.entries()) {
    const runs = index === 0 ? ATTEMPT_STATES : (['running'] as const)
    const jobId = addJob(population, { userId, assetId, life, runs })
    if (life.includes('succeeded')) goodwill(population, userId, jobId)
  }
  addPaymentsThatWentBack(population, { userId, topUpId }, disputed.userId)
  for (const state of ['received', 'done', 'failed', 'parked']) {
    population.insert('stripe_events', { id: population.id('evt'), type: 'charge.refunded', state })
  }
}

function addAsset(population: Population, row: Row): void {
  population.insert('assets', {
    state: 'ready',
    file_name: 'match.mp4',
    object_key: population.id('key'),
    etag: 'etag',
    facts_json: '{}',
    bytes: 10,
    content_type: 'video/mp4',
    ...AT,
    ...row,
  })
}

interface Wallet {
  userId: string
  /** A payment that arrived. */
  topUpId: string
}

function addWallet(population: Population): Wallet {
  let credited = ''
  const userId = population.id('usr')
  population.insert('users', { id: userId, email: `${userId}@example.test`, ...AT })
  for (const kind of ['available', 'held', 'promo', 'receivable']) {
    population.insert('ledger_accounts', { id: `${userId}:${kind}`, user_id: userId, kind })
  }
  for (const state of TOP_UP_STATES) {
    const topUpId = population.id('top')
    const payment = { payment_intent_id: `pi_${topUpId}`, charge_id: `ch_${topUpId}` }
    const topUp = { id: topUpId, user_id: userId, source: 'checkout', state, amount_cents: PAID_CENTS, livemode: 0 }
    population.insert('top_ups', { ...topUp, click_id: topUpId, ...payment, ...AT })
    if (state !== 'credited') continue
    credited = topUpId
    transfer(population, 'top_up', ['system:stripe_clearing', `${userId}:available`], PAID_CENTS * 10_000, {
      cause_type: 'top_up',
      cause_id: topUpId,
      user_id: userId,
    })
  }
  const cause = { cause_type: 'promo', cause_id: population.id('grant'), user_id: userId }
  transfer(population, 'promo', ['system:promo_expense', `${userId}:promo`], 300, cause)
  return { userId, topUpId: credited }
}

function transfer(
  population: Population,
  kind: string,
  [debit, credit]: readonly [string, string],
  amount: number,
  more: Row,
): void {
  const id = population.id('tr')
  const accounts = { debit_account_id: debit, credit_account_id: credit, amount_micros: amount }
  population.insert('transfers', { id: `${id}.1`, kind, ...accounts, idempotency_key: id, ...AT, ...more })
}

interface Life {
  userId: string
  assetId: string
  life: readonly string[]
  /** States of its runs, each of a segment of its own. */
  runs: readonly string[]
}

function addJob(population: Population, { userId, assetId, life, runs }: Life): string {
  const [quoteId, holdId, jobId] = [population.id('quo'), population.id('hold'), population.id('job')]
  const work = { user_id: userId, asset_id: assetId, task: 'upscale', params_json: '{}', input_etag: 'etag' }
  population.insert('quotes', { id: quoteId, ...work, ceiling_micros: HELD, facts_json: '{}', ...AT })
  const held = { user_id: userId, quote_id: quoteId, amount_micros: HELD, promo_micros: 0 }
  population.insert('holds', { id: holdId, ...held, ...AT })
  const cause = { cause_type: 'hold', cause_id: holdId, hold_id: holdId, user_id: userId }
  transfer(population, 'hold', [`${userId}:available`, `${userId}:held`], HELD, cause)
  population.insert('jobs', { id: jobId, ...work, quote_id: quoteId, hold_id: holdId, state: 'queued', ...AT })
  addRuns(population, jobId, runs)
  for (const state of life.slice(1)) {
    const changes = [`state = '${state}'`]
    if (state === 'failed') changes.push("failure_code = 'timed_out'")
    if (state === 'succeeded') changes.push(...addResult(population, userId, jobId))
    if (['succeeded', 'failed', 'canceled'].includes(state)) settle(population, { userId, holdId, jobId, state })
    population.run(`UPDATE jobs SET ${changes.join(', ')} WHERE id = '${jobId}'`)
  }
  return jobId
}

/** Runs in these states, and what the timeline says of them. */
function addRuns(population: Population, jobId: string, runs: readonly string[]): void {
  for (const [position, state] of runs.entries()) {
    const [segmentId, id] = [population.id('seg'), population.id('att')]
    population.insert('segments', { id: segmentId, job_id: jobId, position })
    population.insert('attempts', { id, job_id: jobId, segment_id: segmentId, number: 1, state, ...AT })
    const event = { subject: 'attempt', event: 'worker_started', to_state: state }
    population.insert('job_events', { id: population.id('evt'), job_id: jobId, attempt_id: id, ...event })
  }
}

/** The result as this version keeps it; returns what else changes in the job's row. */
function addResult(population: Population, userId: string, jobId: string): string[] {
  const id = population.id('ast')
  addAsset(population, { id, user_id: userId, kind: 'produced', job_id: jobId })
  if (population.has('job_outputs')) {
    const output = { name: 'video', kind: 'video', object_key: population.id('key'), bytes: 10, summary_json: '{}' }
    population.insert('job_outputs', {
      id: population.id('out'),
      job_id: jobId,
      asset_id: id,
      user_id: userId,
      ...output,
    })
  }
  return population.has('jobs', 'output_asset_id') ? [`output_asset_id = '${id}'`] : []
}

interface Ending {
  userId: string
  holdId: string
  jobId: string
  state: string
}

function settle(population: Population, { userId, holdId, jobId, state }: Ending): void {
  const id = population.id('set')
  const capture = state === 'failed' ? 0 : CAPTURED
  const split = { capture_micros: capture, release_micros: HELD - capture, gpu_ms: 1 }
  population.insert('settlements', { id, hold_id: holdId, job_id: jobId, outcome: state, ...split, ...AT })
  const cause = { cause_type: 'hold', cause_id: holdId, hold_id: holdId, settlement_id: id, user_id: userId }
  if (capture > 0) transfer(population, 'capture', [`${userId}:held`, 'system:revenue'], capture, cause)
  transfer(population, 'release', [`${userId}:held`, `${userId}:available`], HELD - capture, cause)
}

function addPaymentsThatWentBack(population: Population, { userId, topUpId }: Wallet, disputed: string): void {
  for (const state of ['pending', 'succeeded', 'failed']) {
    const id = population.id('ref')
    population.insert('refunds', { id, user_id: userId, top_up_id: topUpId, state, amount_micros: 10_000, ...AT })
    if (state === 'failed') continue
    const cause = { cause_type: 'refund', cause_id: id, user_id: userId }
    transfer(population, 'refund', [`${userId}:available`, 'system:refund_pending'], 10_000, cause)
  }
  const disputeId = population.id('dis')
  const dispute = { stripe_dispute_id: disputeId, charge_id: 'ch', status: 'needs_response', amount_micros: 500 }
  population.insert('disputes', { id: disputeId, user_id: disputed, ...dispute, ...AT })
  const cause = { cause_type: 'dispute', cause_id: disputeId, user_id: disputed }
  transfer(population, 'dispute', [`${disputed}:receivable`, 'system:stripe_clearing'], 500, cause)
}

/** A job that was paid for and given back. */
function goodwill(population: Population, userId: string, jobId: string): void {
  if (!population.has('goodwill_refunds')) return
  const amounts = { amount_micros: CAPTURED, promo_micros: 0 }
  const refund = { id: population.id('gw'), user_id: userId, job_id: jobId, reason: 'other', note: '' }
  population.insert('goodwill_refunds', { ...refund, ...amounts })
}
