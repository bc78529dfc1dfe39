import { and, eq, inArray, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { jobs } from '#db/schema/jobs.ts'
import { holds, ledgerAccounts, settlements } from '#db/schema/ledger.ts'
import type { JobState } from '#lib/contracts/api/jobs.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { owedMicros } from '#lib/core/ledger/accounts.ts'
import { planGpuCost } from '#lib/core/ledger/plan-gpu-cost.ts'
import { planSettlement } from '#lib/core/ledger/plan-settlement.ts'
import type { Ctx } from '#lib/services/context.ts'
import { insertTransfers } from './insert-transfers.ts'

export interface SettlementInput {
  jobId: string
  /** The states the job may be in when the batch runs; in any other, the batch is refused. */
  fromStates: readonly JobState[]
  outcome: 'succeeded' | 'failed' | 'canceled'
  captureMicros: number
  /** GPU time the capture was computed from. */
  gpuMs: number
  /** What the attempt cost us; booked once per attempt, however often it is given. */
  causeAttemptId?: string
  gpuCostMicros?: number
}

/**
 * Statements that end a job's hold, for one db batch together with the job's change of state, which goes after them. The settlement
 * is written only while the job is in `fromStates`; without it the transfers abort the batch: refused with outcome `reread`,
 * re-read the job, and call this again if it is still to be settled.
 * Throws `not_found` for an unknown job, RangeError when more would be captured than was held.
 */
export async function prepareSettlement({
  ctx,
  input,
}: {
  ctx: Ctx
  input: SettlementInput
}): Promise<{ settlementId: string; statements: BatchItem<'sqlite'>[]; captureMicros: number; releaseMicros: number }> {
  const { jobId, outcome, gpuMs } = input
  const { hold, userId, receivable } = await readHold(ctx, jobId)
  const settlementId = ctx.newId('settlement')
  const plan = planSettlement({
    userId,
    settlementId,
    hold,
    captureMicros: input.captureMicros,
    owedMicros: owedMicros({ receivable }),
  })
  const insertSettlement = ctx.db.insert(settlements).select(
    ctx.db
      .select({
        id: sql<string>`${settlementId}`.as('id'),
        holdId: jobs.holdId,
        jobId: sql<string>`${jobs.id}`.as('job_id'),
        outcome: sql<SettlementInput['outcome']>`${outcome}`.as('outcome'),
        captureMicros: sql<number>`${plan.captureMicros}`.as('capture_micros'),
        releaseMicros: sql<number>`${plan.releaseMicros}`.as('release_micros'),
        gpuMs: sql<number>`${gpuMs}`.as('gpu_ms'),
        createdAtMs: sql<number>`${ctx.nowMs()}`.as('created_at_ms'),
      })
      .from(jobs)
      .where(and(eq(jobs.id, jobId), inArray(jobs.state, [...input.fromStates]))),
  )
  const cost = planCost(input)
  return {
    settlementId,
    captureMicros: plan.captureMicros,
    releaseMicros: plan.releaseMicros,
    statements: [
      insertSettlement,
      ...insertTransfers(ctx, plan.transfers),
      ...insertTransfers(ctx, cost, { onRepeat: 'skip' }),
    ],
  }
}

function planCost({ causeAttemptId, gpuCostMicros = 0 }: SettlementInput) {
  if (gpuCostMicros === 0) return []
  if (causeAttemptId === undefined) throw new RangeError('A GPU cost needs the attempt that caused it')
  return planGpuCost({ attemptId: causeAttemptId, amountMicros: gpuCostMicros })
}

async function readHold(ctx: Ctx, jobId: string) {
  const [row] = await ctx.db
    .select({
      userId: jobs.userId,
      hold: { id: holds.id, amountMicros: holds.amountMicros, promoMicros: holds.promoMicros },
      receivable: ledgerAccounts.balanceMicros,
    })
    .from(jobs)
    .innerJoin(holds, eq(holds.id, jobs.holdId))
    .innerJoin(ledgerAccounts, and(eq(ledgerAccounts.userId, jobs.userId), eq(ledgerAccounts.kind, 'receivable')))
    .where(eq(jobs.id, jobId))
  if (!row) throw new AppError('not_found', 'This job does not exist.')
  return row
}
