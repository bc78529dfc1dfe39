import { and, eq, lt } from 'drizzle-orm'
import { attempts } from '#db/schema/jobs.ts'
import type { ProgressCallback } from '#lib/contracts/worker.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Overwrites the attempt's progress. One that arrives late (`seq` not higher) or after the end is dropped. */
export async function recordProgress({ ctx, input }: { ctx: Ctx; input: ProgressCallback }): Promise<void> {
  await ctx.db
    .update(attempts)
    .set({
      progressSeq: input.seq,
      progressStage: input.stage,
      progressPercent: input.percent,
      progressFrame: input.frame,
      progressFramesTotal: input.frames_total,
      progressFps: input.fps,
      progressMessage: input.message,
      progressAtMs: ctx.nowMs(),
    })
    .where(and(eq(attempts.id, input.attempt_id), eq(attempts.state, 'running'), lt(attempts.progressSeq, input.seq)))
}
