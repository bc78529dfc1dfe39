import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { jobs } from '#db/schema/jobs.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { PaymentEvent } from '#lib/providers/payments/port.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { grant } from './admin.ts'
import { ConnectionLost, causedBy, Death, type Fate, failingDb } from './failing-db.ts'
import { type Ending, endJob } from './job.ts'
import { order, wantGoodwill, wantRefund } from './payer.ts'
import { CEILING, CENTS, type Player } from './players.ts'
import { expireHolds, sendWaitingRefunds, takeEvent } from './reconciler.ts'
import { checkAlways, checkEnd, decisionOf } from './rules.ts'
import { Stripe } from './stripe.ts'
import { Turns } from './turns.ts'

const OPERATIONS = [
  'pay',
  'deliver',
  'deliver',
  'deliver',
  'order',
  'order',
  'order',
  'end',
  'end',
  'end',
  'refund',
  'refund',
  'goodwill',
  'grant',
  'refund in dashboard',
  'bank sends refund back',
  'dispute',
  'dispute',
  'dispute',
  'reconcile',
  'expire',
] as const

interface Command {
  operation: (typeof OPERATIONS)[number]
  pick: number
  amount: number
  fate: Fate | null
}

export interface Story {
  /** Promotional credit is there from the start, so that jobs are paid from both. */
  promo: boolean
  /** Jobs ordered before the story begins: with two of them, what is taken back leaves a debt. */
  jobs: number
  /** The commands of one round happen at the same time. */
  rounds: Command[][]
  /** Whose request is next, over and over. */
  turns: number[]
}

const fate = fc.record({
  request: fc.integer({ min: 1, max: 9 }),
  when: fc.constantFrom('before' as const, 'after' as const),
  dies: fc.boolean(),
})

const command: fc.Arbitrary<Command> = fc.record({
  operation: fc.constantFrom(...OPERATIONS),
  pick: fc.nat({ max: 11 }),
  amount: fc.nat({ max: CEILING }),
  fate: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fate }),
})

/** Up to so many rounds of one to four commands. */
export function stories(mostRounds: number): fc.Arbitrary<Story> {
  const round = fc.array(command, { minLength: 1, maxLength: 4, size: 'max' })
  return fc.record({
    promo: fc.boolean(),
    jobs: fc.nat({ max: 2 }),
    rounds: fc.array(round, { minLength: 1, maxLength: mostRounds, size: 'max' }),
    turns: fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 30, size: 'max' }),
  })
}

/** As often as everything that was missed is made up for; news of one thing can wait for news of another. */
const CATCH_UPS = 6

/** Plays one story on one user's wallet. Throws at the first rule that is broken. */
export class Program {
  readonly #ctx: Ctx
  readonly #player: Player
  readonly #stripe: Stripe
  readonly #decided = new Set<string>()
  readonly #jobIds: string[] = []
  readonly #delivered = new Set<string>()
  #paid = 0
  #turn = 0

  constructor(ctx: Ctx, player: Player) {
    this.#ctx = ctx
    this.#player = player
    this.#stripe = new Stripe(player.userId)
  }

  async run({ promo, jobs: ordered, rounds, turns }: Story): Promise<void> {
    const ctx = this.#context(this.#ctx.db)
    this.#pay()
    await takeEvent(ctx, this.#event(0))
    if (promo) await grant(ctx, 0)
    for (const quoteId of this.#player.quoteIds.slice(0, ordered)) await order(ctx, this.#player, quoteId)
    await this.#learnJobs()
    for (const round of rounds) {
      await this.#play(round, turns)
      await this.#learnJobs()
      await checkAlways(this.#ctx, this.#player, this.#decided)
    }
    await this.#catchUp()
    checkEnd(this.#player, this.#stripe, await checkAlways(this.#ctx, this.#player, this.#decided))
  }

  async #play(round: readonly Command[], turns: readonly number[]): Promise<void> {
    const table = new Turns()
    const servers = round.map(async (each) => {
      const ctx = this.#context(failingDb(this.#ctx.db, table, each.fate))
      try {
        await this.#do(ctx, each)
      } catch (error) {
        if (!isHarmless(error)) throw error
      }
    })
    await table.run(servers, (waiting) => {
      this.#turn += 1
      return (turns[this.#turn % turns.length] ?? 0) % waiting
    })
  }

  #context(db: Ctx['db']): UserCtx {
    return { ...this.#ctx, db, payments: this.#stripe.port(), userId: this.#player.userId }
  }

  async #do(ctx: UserCtx, { operation, pick, amount }: Command): Promise<void> {
    const jobId = this.#jobIds[pick % Math.max(1, this.#jobIds.length)]
    switch (operation) {
      case 'pay':
        this.#pay()
        return await this.#hear(ctx, amount)
      case 'deliver':
        return void (await takeEvent(ctx, this.#event(pick)))
      case 'order':
        return await order(ctx, this.#player, this.#player.quoteIds[pick % this.#player.quoteIds.length] ?? '')
      case 'end':
        return jobId === undefined ? undefined : await this.#end(ctx, jobId, pick, amount)
      case 'refund':
        this.#stripe.losesAnswer = amount % 4 === 0
        return await wantRefund(ctx, pick % 3)
      case 'goodwill':
        return jobId === undefined ? undefined : await wantGoodwill(ctx, jobId)
      case 'grant':
        return await grant(ctx, pick)
      case 'refund in dashboard':
        this.#stripe.refundInDashboard(pick, amount)
        return await this.#hear(ctx, amount)
      case 'bank sends refund back':
        this.#stripe.failRefund(pick)
        return await this.#hear(ctx, amount)
      case 'dispute':
        this.#stripe.dispute(pick, amount)
        return await this.#hear(ctx, amount)
      case 'reconcile':
        return void (await sendWaitingRefunds(ctx))
      case 'expire':
        return await expireHolds(ctx, this.#player)
    }
  }

  #pay(): void {
    const [topUpId, cents] = [this.#player.topUpIds[this.#paid], CENTS[this.#paid]]
    if (topUpId === undefined || cents === undefined) return
    this.#paid += 1
    this.#stripe.pay(topUpId, cents)
  }

  /** Stripe tells at once, or later, or never. */
  async #hear(ctx: UserCtx, amount: number): Promise<void> {
    if (amount % 3 > 0) await takeEvent(ctx, this.#event(0))
  }

  /** One that was not delivered yet, newest first; when all were, or now and then, any of them again. */
  #event(pick: number): PaymentEvent {
    const { events } = this.#stripe
    const fresh = events.filter(({ id }) => !this.#delivered.has(id))
    const pool = fresh.length > 0 && pick < 9 ? fresh : events
    const event = pool[pool.length - 1 - (pick % pool.length)]
    if (!event) throw new Error('unreachable')
    this.#delivered.add(event.id)
    return event
  }

  async #end(ctx: UserCtx, jobId: string, pick: number, amount: number): Promise<void> {
    const outcome = (['succeeded', 'failed', 'canceled'] as const)[pick % 3] ?? 'failed'
    const ending: Ending = { jobId, outcome, captureMicros: outcome === 'failed' ? 0 : amount }
    this.#decided.add(decisionOf(ending))
    await endJob(ctx, this.#player, ending)
  }

  async #learnJobs(): Promise<void> {
    const { db } = this.#ctx
    const rows = await db.select({ id: jobs.id }).from(jobs).where(eq(jobs.userId, this.#player.userId))
    for (const { id } of rows) if (!this.#jobIds.includes(id)) this.#jobIds.push(id)
  }

  /** Every event is delivered at last, what failed is replayed, what waits is sent, and holds expire. */
  async #catchUp(): Promise<void> {
    const ctx = this.#context(this.#ctx.db)
    this.#stripe.losesAnswer = false
    await expireHolds(ctx, this.#player)
    const open = new Set(this.#stripe.events)
    for (let times = 0; times < CATCH_UPS; times++) {
      const before = this.#stripe.events.length
      for (const event of [...open]) if (await takeEvent(ctx, event)) open.delete(event)
      const sent = await sendWaitingRefunds(ctx)
      for (const event of this.#stripe.events.slice(before)) open.add(event)
      if (open.size === 0 && sent === 0) return
    }
    throw new Error(`${open.size} events stay unhandled: ${[...open].map(({ type }) => type)}`)
  }
}

/** What a caller may meet: a coded refusal, or a trouble that this story made. */
function isHarmless(error: unknown): boolean {
  return error instanceof AppError || causedBy(error, Death) || causedBy(error, ConnectionLost)
}
