import { AppError } from '#lib/contracts/errors.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import { nextJob } from '#lib/core/jobs/job-machine.ts'
import { cancelCharge } from '#lib/core/pricing/charge.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { endJob } from './end-job.ts'
import { loadJob, ratesOf } from './job-record.ts'
import { runningTime } from './running-time.ts'

/**
 * Cancels and settles at min(price the user saw, what was used up); a price that is too old is refused. A job that finished first is not touched and the user is told.
 * Errors: not_found, price_changed, job_finishing, job_finished.
 */
export async function cancelJob({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { jobId: string; shownPriceMicros: number }
}): Promise<void> {
  const record = await loadJob(ctx, input.jobId, ctx.userId)
  const step = nextJob(record.job.state, 'cancel_requested')
  switch (step.step) {
    case 'refused':
      throw refusal(step.code)
    case 'unchanged':
      return
    case 'moved':
      break
    default:
      assertNever(step)
  }
  const billed = runningTime(record, ctx.nowMs())
  const captureMicros =
    record.hold === null ? 0 : cancelCharge(ratesOf(record.quote), billed?.gpuMs ?? null, input.shownPriceMicros)
  if (captureMicros === null) {
    throw new AppError(
      'price_changed',
      'The GPU has worked on since that price was shown. Look at the new one and confirm again.',
    )
  }
  const ended = await endJob(ctx, {
    record,
    fromStates: ['queued', 'running'],
    outcome: 'canceled',
    captureMicros,
    billed,
  })
  if (ended) return
  const current = await loadJob(ctx, input.jobId, ctx.userId)
  throw refusal(current.job.state === 'finalizing' ? 'job_finishing' : 'job_finished')
}

function refusal(code: 'job_finishing' | 'job_finished'): AppError {
  const message =
    code === 'job_finishing'
      ? 'Your result is being saved right now; it can no longer be canceled.'
      : 'This job has already ended; nothing was canceled.'
  return new AppError(code, message)
}
