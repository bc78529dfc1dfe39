import type { attempts } from '#db/schema/jobs.ts'
import type { WorkerCompleted } from '#lib/contracts/worker.ts'
import { withoutBulk } from '#lib/core/jobs/without-bulk.ts'
import type { Ctx } from '#lib/services/context.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import { failAttempt } from './fail-attempt.ts'
import { finalizeJob } from './finalize-job.ts'
import type { AttemptRow, JobRecord } from './job-record.ts'
import { attemptStatements, jobStatements } from './transitions.ts'
import { verifyOutput } from './verify-output.ts'

/** A worker's own count of GPU seconds may differ from RunPod's by this much before someone looks at it. */
const GPU_SECONDS_TOLERANCE = 0.1
const GPU_SECONDS_SLACK = 5

interface CompletedRun {
  record: JobRecord
  attempt: AttemptRow
  output: WorkerCompleted
  set: Partial<typeof attempts.$inferInsert>
  /** GPU time RunPod bills; the worker's own when RunPod has forgotten. */
  executionMs: number | null
}

/**
 * A run that says it succeeded: its result is checked against what was quoted, then the attempt completes and the job goes to
 * `finalizing` in one batch. A result that does not check out is a failed attempt, charged to nobody.
 */
export async function completeAttempt({ ctx, input }: { ctx: Ctx; input: CompletedRun }): Promise<void> {
  const { record, attempt, output } = input
  const verified = await verifyOutput({ ctx, input: { record, attempt, output } })
  if (!verified.ok) {
    ctx.log('error', 'result refused', { attemptId: attempt.id, problems: verified.problems })
    await failAttempt({
      ctx,
      input: {
        jobId: record.job.id,
        attemptId: attempt.id,
        event: 'output_rejected',
        failure: {
          code: 'output_invalid',
          message: `The result failed our checks: ${verified.problems.join(' ')}`,
          retryable: true,
        },
        set: { ...input.set, outputJson: JSON.stringify(withoutBulk(output)) },
      },
    })
    return
  }
  const executionMs = input.executionMs ?? Math.round(output.stats.processing_time_sec * 1000)
  await watchGpuSeconds(ctx, attempt, output, executionMs)
  const nowMs = ctx.nowMs()
  const onlyIf = { attemptId: attempt.id, state: 'completed' }
  await ctx.db.batch([
    ...attemptStatements(ctx, {
      attemptId: attempt.id,
      event: 'output_verified',
      set: { ...input.set, executionMs, outputJson: JSON.stringify(withoutBulk(output)) },
      detail: `${executionMs} ms of GPU time`,
    }),
    // A start whose callback was lost: the job still passes through every state.
    ...jobStatements(ctx, {
      jobId: record.job.id,
      event: 'attempt_started',
      from: ['queued'],
      to: 'running',
      set: { startedAtMs: nowMs },
      onlyIf,
    }),
    ...jobStatements(ctx, {
      jobId: record.job.id,
      event: 'segments_completed',
      from: ['running'],
      to: 'finalizing',
      onlyIf,
    }),
  ])
  await finalizeJob({ ctx, input: { jobId: record.job.id, products: verified.products } })
}

async function watchGpuSeconds(
  ctx: Ctx,
  attempt: AttemptRow,
  output: WorkerCompleted,
  executionMs: number,
): Promise<void> {
  const differenceS = Math.abs(output.stats.gpu_seconds - executionMs / 1000)
  if (differenceS <= Math.max(GPU_SECONDS_SLACK, (GPU_SECONDS_TOLERANCE * executionMs) / 1000)) return
  await raiseAlarm({
    ctx,
    input: {
      key: `gpu-seconds:${attempt.id}`,
      kind: 'gpu_seconds_differ',
      message: `Attempt ${attempt.id}: RunPod bills ${executionMs / 1000} s, the worker counted ${output.stats.gpu_seconds} s.`,
    },
  })
}
