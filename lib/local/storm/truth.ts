import type { DatabaseSync } from 'node:sqlite'
import type Stripe from 'stripe'
import { z } from 'zod'
import type { Stack } from '#lib/local/up.ts'
import { readRows } from './books.ts'

/** What Stripe has of each customer, in cents: paid, less refunds, less what banks took, fees aside. */
async function netOfCustomers(stripe: Stripe): Promise<Map<string, number>> {
  const net = new Map<string, number>()
  const chargeOwners = new Map<string, string>()
  const add = (customer: string, cents: number) => net.set(customer, (net.get(customer) ?? 0) + cents)
  for await (const charge of stripe.charges.list({ limit: 100 })) {
    chargeOwners.set(charge.id, idOf(charge.customer))
    if (charge.status === 'succeeded') add(idOf(charge.customer), charge.amount)
  }
  const ownerOf = (charge: string | { id: string } | null) => chargeOwners.get(idOf(charge)) ?? ''
  for await (const refund of stripe.refunds.list({ limit: 100 })) {
    const goes = refund.status !== 'failed' && refund.status !== 'canceled'
    if (goes) add(ownerOf(refund.charge), -refund.amount)
  }
  for await (const dispute of stripe.disputes.list({ limit: 100 })) {
    for (const { amount } of dispute.balance_transactions) add(ownerOf(dispute.charge), amount)
  }
  return net
}

const idOf = (ref: string | { id: string } | null): string => (typeof ref === 'string' ? ref : (ref?.id ?? ''))

/** What Stripe has against what the books say, customer by customer and in all. Empty when both agree. */
export async function compareWithStripe(books: DatabaseSync, stripe: Stripe): Promise<string[]> {
  const net = await netOfCustomers(stripe)
  const users = readRows(
    books,
    `SELECT u.id, u.stripe_customer_id AS customer,
       (SELECT coalesce(sum(balance_micros), 0) FROM ledger_accounts WHERE user_id = u.id) AS wallet,
       (SELECT coalesce(sum(s.capture_micros), 0) FROM settlements s JOIN jobs j ON j.id = s.job_id WHERE j.user_id = u.id) AS captured,
       (SELECT coalesce(sum(amount_micros), 0) FROM transfers t WHERE t.user_id = u.id AND t.kind = 'promo') AS granted
     FROM users u WHERE u.stripe_customer_id IS NOT NULL`,
  )
  const wrong = users.flatMap((user) => {
    const hasMicros = Number(user.wallet) + Number(user.captured) - Number(user.granted)
    const paidMicros = (net.get(String(user.customer)) ?? 0) * 10_000
    return hasMicros === paidMicros ? [] : [`Stripe has ${paidMicros} micros of ${user.id}, the books ${hasMicros}.`]
  })
  const { available, pending } = await stripe.balance.retrieve()
  const cents = [...available, ...pending].reduce((sum, { amount }) => sum + amount, 0)
  const [clearing] = readRows(books, `SELECT balance_micros FROM ledger_accounts WHERE id = 'system:stripe_clearing'`)
  if (Number(clearing?.balance_micros) !== -cents * 10_000)
    wrong.push(`Stripe's balance is ${cents} cents, stripe_clearing ${clearing?.balance_micros} micros.`)
  return wrong
}

const Runs = z.object({
  jobs: z.array(
    z.looseObject({
      id: z.string(),
      status: z.string(),
      executionTime: z.number().optional(),
      input: z.looseObject({ job_id: z.string(), attempt_id: z.string() }),
    }),
  ),
})
export type Run = z.infer<typeof Runs>['jobs'][number]

export async function listRuns(stack: Stack): Promise<Run[]> {
  const reply = await fetch(`${stack.urls.runpod}/_local/jobs`)
  return Runs.parse(await reply.json()).jobs
}

/** What RunPod was asked to run, and bills, against attempts and charges. Empty when both agree. */
export function compareWithRunpod(books: DatabaseSync, runs: readonly Run[]): string[] {
  const wrong: string[] = []
  const byAttempt = Map.groupBy(runs, (run) => run.input.attempt_id)
  for (const [attemptId, sent] of byAttempt) {
    if (sent.length > 1) wrong.push(`Attempt ${attemptId} was dispatched ${sent.length} times.`)
  }
  for (const run of runs) {
    if (run.status === 'IN_QUEUE' || run.status === 'IN_PROGRESS') wrong.push(`Run ${run.id} is still ${run.status}.`)
  }
  const billed = readRows(
    books,
    `SELECT a.id, a.runpod_job_id, s.gpu_ms FROM attempts a JOIN settlements s ON s.job_id = a.job_id
     WHERE a.state = 'completed' AND s.outcome = 'succeeded'`,
  )
  for (const { id, runpod_job_id: runId, gpu_ms: gpuMs } of billed) {
    const run = runs.find((other) => other.id === runId)
    if (!run || run.input.attempt_id !== id)
      wrong.push(`Attempt ${id} is charged for run ${runId}, which is not its own.`)
    else if (run.status !== 'COMPLETED') wrong.push(`Attempt ${id} is charged for a run that is ${run.status}.`)
    else if (run.executionTime !== gpuMs) wrong.push(`Run ${runId} took ${run.executionTime} ms, charged are ${gpuMs}.`)
  }
  return wrong
}
