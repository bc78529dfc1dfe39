import { and, eq, inArray, isNull } from 'drizzle-orm'
import { attempts } from '#db/schema/jobs.ts'
import type { WorkerOutput } from '#lib/contracts/worker.ts'
import { LIVE_ATTEMPT_STATES } from '#lib/core/jobs/attempt-machine.ts'
import { withoutBulk } from '#lib/core/jobs/without-bulk.ts'
import type { Ctx } from '#lib/services/context.ts'
import { changesOf } from './transitions.ts'

/**
 * Keeps the worker's own account of how it ended. It is a hint: money moves when RunPod's status says so; only when RunPod has
 * forgotten the run does a stored completion, with its object verified, stand in for it. The first hint stays: false for any other.
 */
export async function recordHint({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { attemptId: string; output: WorkerOutput }
}): Promise<boolean> {
  const { output } = input
  const hint = output.status === 'completed' ? withoutBulk(output) : output
  const result = await ctx.db
    .update(attempts)
    .set({ hintJson: JSON.stringify(hint) })
    .where(
      and(
        eq(attempts.id, input.attemptId),
        inArray(attempts.state, [...LIVE_ATTEMPT_STATES]),
        isNull(attempts.hintJson),
      ),
    )
  return changesOf(result) > 0
}
