import type { BatchItem } from 'drizzle-orm/batch'
import type { quotes } from '#db/schema/ledger.ts'
import { calibration } from '#db/schema/spending.ts'
import { calibrationClass } from '#lib/core/pricing/calibration.ts'
import { isGpuClass } from '#lib/core/pricing/rate-card.ts'
import type { Ctx } from '#lib/services/context.ts'
import { quotedFactsOf, requestOf } from '#lib/services/jobs/job-record.ts'

/**
 * The statement that keeps what a finished job's winning run took, for the batch that settles it: settled once is measured once, and two jobs
 * that finish at once are two rows. Empty when the quote names no work, or the run no time.
 */
export function prepareMeasurement({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { jobId: string; quote: typeof quotes.$inferSelect; gpuMs: number }
}): BatchItem<'sqlite'>[] {
  const { jobId, quote, gpuMs } = input
  if (quote.workSeconds === null || quote.workSeconds <= 0 || gpuMs <= 0 || !isGpuClass(quote.gpuClass)) return []
  const cls = calibrationClass(requestOf(quote), quotedFactsOf(quote), quote.gpuClass)
  const row = { ...cls, jobId, userId: quote.userId, workSeconds: quote.workSeconds, gpuMs, createdAtMs: ctx.nowMs() }
  return [ctx.db.insert(calibration).values(row).onConflictDoNothing({ target: calibration.jobId })]
}
