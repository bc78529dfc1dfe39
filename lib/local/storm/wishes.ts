import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import { CancelJob, CreateQuote, JobView, QuoteView } from '#lib/contracts/api/jobs.ts'
import { RequestRefund } from '#lib/contracts/api/refunds.ts'
import { WalletView } from '#lib/contracts/api/wallet.ts'
import { ErrorBody } from '#lib/contracts/errors.ts'
import type { Stack } from '#lib/local/up.ts'
import { newVisitor, topUp, uploadClip, type Visitor } from '#lib/local/visitor.ts'
import { inLanes, type Tally, untilAnswered } from './patience.ts'
import type { Random } from './seeded-random.ts'

type Clip = Uint8Array<ArrayBuffer>

/** A quote that someone will accept. */
export interface Wish {
  visitor: Visitor
  quoteId: string
}

export interface Debtor {
  visitor: Visitor
  wishes: Wish[]
  creditedMicros: number
}

async function quote(visitor: Visitor, assetId: string): Promise<z.infer<typeof QuoteView>> {
  const wish = CreateQuote.parse({ asset_id: assetId, task: 'upscale', params: { model: 'reelsr-fast', scale: 2 } })
  return QuoteView.parse(JSON.parse(await visitor.ask('POST', '/api/quotes', wish)))
}

/** Someone with many quotes, all for the same price, and a wallet that pays for exactly `affordable` of them. */
export async function newDebtor(
  stack: Stack,
  clip: Clip,
  plan: { quotes: number; affordable: number },
): Promise<Debtor> {
  const visitor = await newVisitor(stack.urls, 'debtor')
  const assetId = await uploadClip(visitor, clip)
  const quotes = []
  for (let n = 0; n < plan.quotes; n++) quotes.push(await quote(visitor, assetId))
  const ceilingMicros = quotes[0]?.ceiling_micros ?? 0
  const welcomeMicros = (await readWallet(visitor)).spendable_micros
  const cents = Math.ceil((plan.affordable * ceilingMicros - welcomeMicros) / 10_000)
  const creditedMicros = welcomeMicros + cents * 10_000
  if (Math.floor(creditedMicros / ceilingMicros) !== plan.affordable)
    throw new Error(`No whole number of cents pays for exactly ${plan.affordable} × ${ceilingMicros} micros.`)
  await topUp(stack.urls, visitor, cents)
  return { visitor, creditedMicros, wishes: quotes.map(({ quote_id }) => ({ visitor, quoteId: quote_id })) }
}

async function readWallet(visitor: Visitor): Promise<z.infer<typeof WalletView>> {
  return WalletView.parse(JSON.parse(await visitor.ask('GET', '/api/wallet')))
}

/** Gives each a video and enough credits for as many jobs. */
export async function quoteFilms(
  stack: Stack,
  filmers: readonly Visitor[],
  clip: Clip,
  jobsEach: number,
): Promise<Wish[]> {
  const wishes: Wish[] = []
  await inLanes(filmers, 4, async (visitor) => {
    const assetId = await uploadClip(visitor, clip)
    await topUp(stack.urls, visitor, 1000)
    for (let n = 0; n < jobsEach; n++) wishes.push({ visitor, quoteId: (await quote(visitor, assetId)).quote_id })
  })
  return wishes
}

const DOUBLE_CLICKS = 0.2

export type Outcome = { jobId: string } | { code: string }

/** Presses the button, again and again until an answer comes: the job, or the code of the refusal. Impatient people press twice. */
export async function pressRun(wish: Wish, random: Random, tally: Tally): Promise<Outcome> {
  const choice = random.fork(wish.quoteId)
  const hands = choice.chance(DOUBLE_CLICKS) ? 2 : 1
  const outcomes = await Promise.all(Array.from({ length: hands }, () => press(wish, choice, tally)))
  const [outcome, other = outcome] = outcomes
  if (!outcome || JSON.stringify(outcome) !== JSON.stringify(other))
    throw new Error(`One quote, two answers: ${JSON.stringify(outcomes)}`)
  return outcome
}

async function press({ visitor, quoteId }: Wish, random: Random, tally: Tally): Promise<Outcome> {
  const { status, text } = await untilAnswered(tally, random, (signal) =>
    visitor.send('POST', '/api/debit', { quote_id: quoteId }, signal),
  )
  if (status === 200 || status === 201) return { jobId: JobView.parse(JSON.parse(text)).id }
  return { code: ErrorBody.parse(JSON.parse(text)).code }
}

/** Asks for some credit back, however often it takes. The state of things, or the code of the refusal. */
export async function pressRefund(visitor: Visitor, cents: number, random: Random, tally: Tally): Promise<string> {
  const wish = RequestRefund.parse({ amount_cents: cents, click_id: randomUUID() })
  const { status, text } = await untilAnswered(tally, random, (signal) =>
    visitor.send('POST', '/api/wallet/refunds', wish, signal),
  )
  return status === 200 ? 'accepted' : ErrorBody.parse(JSON.parse(text)).code
}

/** Cancels for the price that the page shows, if it shows one. The price, once the cancel was accepted. */
export async function pressCancel(
  visitor: Visitor,
  jobId: string,
  random: Random,
  tally: Tally,
): Promise<number | null> {
  const shown = await untilAnswered(tally, random, (signal) =>
    visitor.send('GET', `/api/status/${jobId}`, undefined, signal),
  )
  const price = JobView.parse(JSON.parse(shown.text)).cancel_price_micros
  if (price === null) return null
  const { status } = await untilAnswered(tally, random, (signal) =>
    visitor.send('POST', `/api/jobs/${jobId}/cancel`, CancelJob.parse({ shown_price_micros: price }), signal),
  )
  return status === 200 ? price : null
}

/**
 * Looks at a wallet again and again: whatever moves between its parts, together they are what was paid in. Returns every
 * answer that does not add up.
 */
export async function watchWallet(
  { visitor, creditedMicros }: Debtor,
  random: Random,
  tally: Tally,
  isOver: () => boolean,
): Promise<string[]> {
  const wrong: string[] = []
  while (!isOver()) {
    const { text } = await untilAnswered(tally, random, (signal) =>
      visitor.send('GET', '/api/wallet', undefined, signal),
    )
    const wallet = WalletView.parse(JSON.parse(text))
    const { spendable_micros: spendable, held_micros: held, owed_micros: owed, spent_micros: spent } = wallet
    if (spendable + held - owed + spent !== creditedMicros) wrong.push(text)
    await sleep(random.between(20, 200))
  }
  return wrong
}
