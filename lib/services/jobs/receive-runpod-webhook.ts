import { z } from 'zod'
import { AppError } from '#lib/contracts/errors.ts'
import { WorkerCompleted } from '#lib/contracts/worker.ts'
import type { Ctx } from '#lib/services/context.ts'
import { verifyCallbackToken } from './callback-token.ts'
import { attemptOf } from './find-attempt.ts'
import { recordHint } from './record-hint.ts'
import { refreshJob } from './refresh-job.ts'
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
  const { record, attempt } = await attemptOf(ctx, input.attemptId)
  const bound = await moveAttempt(ctx, {
    attemptId: attempt.id,
    event: 'webhook_bound',
    set: { runpodJobId: input.body.id },
    detail: input.body.id,
  })
  if (!bound && attempt.runpodJobId !== input.body.id) {
    ctx.log('warn', 'webhook of a run that does not hold its attempt', {
      attemptId: attempt.id,
      runpodJobId: input.body.id,
    })
    return
  }
  const output = WorkerCompleted.safeParse(input.body.output)
  if (output.success) await recordHint({ ctx, input: { attemptId: attempt.id, output: output.data } })
  await refreshJob({ ctx, input: { jobId: record.job.id, force: true } })
}
