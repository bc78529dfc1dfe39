import { and, desc, eq } from 'drizzle-orm'
import { calibration } from '#db/schema/spending.ts'
import { type CalibrationClass, calibrate, type QuoteCalibration, RUNS_KEPT } from '#lib/core/pricing/calibration.ts'
import type { Ctx } from '#lib/services/context.ts'

/** The rates of a class as its newest runs make them now: one range of an index, at most 200 rows. */
export async function readCalibration({
  ctx,
  input,
}: {
  ctx: Ctx
  input: CalibrationClass
}): Promise<QuoteCalibration> {
  const runs = await ctx.db
    .select({ userId: calibration.userId, workSeconds: calibration.workSeconds, gpuMs: calibration.gpuMs })
    .from(calibration)
    .where(
      and(
        eq(calibration.task, input.task),
        eq(calibration.model, input.model),
        eq(calibration.resolutionClass, input.resolutionClass),
        eq(calibration.gpuClass, input.gpuClass),
      ),
    )
    .orderBy(desc(calibration.createdAtMs), desc(calibration.jobId))
    .limit(RUNS_KEPT)
  return calibrate(input, runs)
}
