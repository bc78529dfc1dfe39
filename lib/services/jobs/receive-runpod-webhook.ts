import { z } from 'zod'
import { AppError } from '#lib/contracts/errors.ts'
import { WorkerCompleted } from '#lib/contracts/worker.ts'
import { isLiveAttempt } from '#lib/core/jobs/attempt-machine.ts'
import type { Ctx } from '#lib/services/context.ts'
import { verifyCallbackToken } from './callback-token.ts'
import { attemptOf } from './find-attempt.ts'
import { loadJob } from './job-record.ts'
import { recordHint } from './record-hint.ts'
import { refreshLoaded } from './refresh-job.ts'
import { moveAttempt } from './transitions.ts'

/** What RunPod posts: the status object, plus input and webhook, which we do not read. */
export const RunpodWebhook = z.object({
  id: z.string().min(1).max(200),
  status: z.string(),
  output: z.unknown().optional(),
})

/**
 * RunPod's completion webhook. Nothing in it is believed: it binds a run whose dispatch was in doubt, leaves the worker's output as a hint,
 * and makes us read `/status` with our own key, which settles.
 */
export async function receiveRunpodWebhook({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { attemptId: string; token: string; body: z.infer<typeof RunpodWebhook> }
}): Promise<void> {
  if (!(await verifyCallbackToken(ctx.settings, input.attemptId, input.token, ctx.nowMs()))) {
    throw new AppError('forbidden', 'This webhook does not carry a valid token.')
  }
  const { record, attempt } = await boundAttempt(ctx, input.attemptId, input.body.id)
  if (attempt.runpodJobId !== input.body.id) {
    ctx.log('warn', 'webhook of a run that does not hold its attempt', {
      attemptId: attempt.id,
      runpodJobId: input.body.id,
    })
    return
  }
  if (!isLiveAttempt(attempt.state) && record.job.state !== 'finalizing') return
  const output = WorkerCompleted.safeParse(input.body.output)
  const hinted = output.success && (await recordHint({ ctx, input: { attemptId: attempt.id, output: output.data } }))
  await refreshLoaded({ ctx, record: hinted ? await loadJob(ctx, record.job.id) : record, force: true })
}

/** The attempt, bound to this run if its dispatch was in doubt. Whoever has a run has it for good, so most need no second look. */
async function boundAttempt(ctx: Ctx, attemptId: string, runpodJobId: string) {
  const found = await attemptOf(ctx, attemptId)
  if (found.attempt.runpodJobId !== null) return found
  await moveAttempt(ctx, { attemptId, event: 'webhook_bound', set: { runpodJobId }, detail: runpodJobId })
  return attemptOf(ctx, attemptId)
}
