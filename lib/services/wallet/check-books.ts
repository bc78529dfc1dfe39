import { eq, inArray } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import { settlements } from '#db/schema/ledger.ts'
import type { Ctx } from '#lib/services/context.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import { checkHolds } from './check-holds.ts'
import { type Difference, walkLedger } from './walk-ledger.ts'

export interface BooksReport {
  /** False while there are more new transfers than one run adds up; balances are then compared by a later run. */
  caughtUp: boolean
  accountsChecked: number
  drifts: string[]
}

interface Drift {
  key: string
  message: string
}

/** A run that is behind by more than this many steps leaves the rest to the next. */
const STEPS_PER_RUN = 10

/**
 * Compares the books with themselves and raises an alarm for every difference; repairs nothing, because a difference means that something
 * got past the database's own guards. Each cached balance must be the sum of its transfers (so all accounts together are zero), the past
 * must add up to what it did before, each hold and settlement must have its transfers, and nothing may be settled and still run. Reads a bounded
 * number of rows, whatever the history: what is new at once, everything else in turns.
 */
export async function checkBooks({ ctx }: { ctx: Ctx }): Promise<BooksReport> {
  const walked = await walkToPresent(ctx)
  const found = [...walked.differences.flatMap(describe), ...(await holdDrifts(ctx)), ...(await settledJobDrifts(ctx))]
  for (const { key, message } of found) await raiseAlarm({ ctx, input: { key, kind: 'books_drift', message } })
  const { caughtUp, accountsCompared } = walked
  return { caughtUp, accountsChecked: accountsCompared, drifts: found.map((drift) => drift.message) }
}

async function walkToPresent(ctx: Ctx) {
  for (let steps = 0; steps < STEPS_PER_RUN; steps++) {
    const step = await walkLedger({ ctx })
    // Taken by another run at the same time, which compares as well.
    if (!step) break
    if (step.caughtUp) return step
  }
  return { caughtUp: false, accountsCompared: 0, differences: [] }
}

function describe({ id, saysMicros, bookedMicros, againMicros }: Difference): Drift[] {
  const drifts: Drift[] = []
  if (saysMicros !== bookedMicros) {
    const message = `${id} says ${saysMicros} micros, its transfers say ${bookedMicros}.`
    drifts.push({ key: `books:balance:${id}`, message })
  }
  if (againMicros !== bookedMicros) {
    const message = `Transfers of ${id} were changed: they added up to ${bookedMicros} micros and now add up to ${againMicros}.`
    drifts.push({ key: `books:history:${id}`, message })
  }
  return drifts
}

async function holdDrifts(ctx: Ctx): Promise<Drift[]> {
  const off = await checkHolds({ ctx })
  return [
    ...off.holds.map((id) => ({
      key: `books:hold:${id}`,
      message: `Hold ${id} is not what its transfers and job say.`,
    })),
    ...off.settlements.map((id) => ({
      key: `books:settlement:${id}`,
      message: `Settlement ${id} is not what its transfers, hold and job say.`,
    })),
  ]
}

/** Looked at in every run, as it blocks the user; reads as many rows as there are jobs under way. */
async function settledJobDrifts(ctx: Ctx): Promise<Drift[]> {
  const rows = await ctx.db
    .select({ id: jobs.id, state: jobs.state })
    .from(jobs)
    .innerJoin(settlements, eq(settlements.jobId, jobs.id))
    .where(inArray(jobs.state, ['queued', 'running', 'finalizing']))
  return rows.map(({ id, state }) => ({
    key: `books:settled:${id}`,
    message: `Job ${id} is settled but still ${state}.`,
  }))
}
