import type { BatchItem } from 'drizzle-orm/batch'
import { planGpuCost } from '#lib/core/ledger/plan-gpu-cost.ts'
import type { Ctx } from '#lib/services/context.ts'
import { insertTransfers } from './insert-transfers.ts'

/** Books what an attempt cost us that settles nothing, e.g. a lost or superseded one. Booked once per attempt. */
export function prepareGpuCost({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { attemptId: string; amountMicros: number }
}): BatchItem<'sqlite'>[] {
  return insertTransfers(ctx, planGpuCost(input), { onRepeat: 'skip' })
}
