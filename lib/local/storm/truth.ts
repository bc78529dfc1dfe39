import type { DatabaseSync } from 'node:sqlite'
import type Stripe from 'stripe'
import { z } from 'zod'
import type { Stack } from '#lib/local/up.ts'
import { readRows } from './books.ts'
import { listPaid } from './payers.ts'

/** What Stripe says was paid against what the books credited, top-up by top-up. Empty when both agree. */
export async function compareWithStripe(books: DatabaseSync, stripe: Stripe): Promise<string[]> {
  const paid = await listPaid(stripe)
  const rows = readRows(books, 'SELECT id, state, amount_cents FROM top_ups')
  const known = new Set(rows.map((row) => row.id))
  return [
    ...rows.flatMap(({ id, state, amount_cents: cents }) => {
      const paidCents = paid.get(String(id)) ?? 0
      const credited = state === 'credited' ? cents : 0
      return paidCents === credited ? [] : [`Stripe took ${paidCents} cents for ${id}, the books say ${credited}.`]
    }),
    ...[...paid.keys()].filter((id) => !known.has(id)).map((id) => `Stripe was paid for ${id}, which is not here.`),
  ]
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
