import { jobOutputs } from '#db/schema/jobs.ts'
import { assets } from '#db/schema/uploads.ts'
import { RETENTION } from '#lib/contracts/api/uploads.ts'
import { TASKS } from '#lib/contracts/tasks/index.ts'
import { WorkerCompleted } from '#lib/contracts/worker.ts'
import { chargeForRun } from '#lib/core/pricing/charge.ts'
import { formatOf } from '#lib/core/pricing/fit-codec.ts'
import type { Ctx } from '#lib/services/context.ts'
import { endJob } from './end-job.ts'
import { type AttemptRow, type JobRecord, loadJob, ratesOf, requestOf } from './job-record.ts'
import { VIDEO_TYPES } from './output-targets.ts'
import { verifyOutput } from './verify-output.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Makes the verified result the user's: the asset row, the job's end and the settlement in one batch. Called again after a crash it finds
 * the job still `finalizing` and does the same; called twice at once, one of the two does nothing.
 */
export async function finalizeJob({ ctx, input }: { ctx: Ctx; input: { jobId: string } }): Promise<void> {
  const record = await loadJob(ctx, input.jobId)
  if (record.job.state !== 'finalizing') return
  const winner = winningAttempt(record)
  const output = WorkerCompleted.parse(JSON.parse(winner.outputJson ?? 'null'))
  const verified = await verifyOutput({ ctx, input: { record, attempt: winner, output } })
  if (!verified.ok) {
    const failure = {
      code: 'output_invalid',
      message: `The result was lost before it could be saved. ${verified.problems.join(' ')}`,
    } as const
    await endJob(ctx, {
      record,
      fromStates: ['finalizing'],
      outcome: 'failed',
      captureMicros: 0,
      billed: null,
      failure,
    })
    return
  }
  const nowMs = ctx.nowMs()
  const assetId = ctx.newId('ast')
  const gpuMs = winner.executionMs ?? 0
  await endJob(ctx, {
    record,
    fromStates: ['finalizing'],
    outcome: 'succeeded',
    captureMicros: chargeForRun(ratesOf(record.quote), gpuMs),
    billed: { attemptId: winner.id, gpuMs },
    before: [
      ctx.db.insert(assets).values({
        id: assetId,
        userId: record.job.userId,
        kind: 'produced',
        state: 'ready',
        fileName: resultName(record, verified.facts.height),
        objectKey: verified.key,
        posterKey: verified.posterKey,
        etag: verified.etag,
        bytes: verified.bytes,
        contentType: VIDEO_TYPES[formatOf(requestOf(record.job))],
        factsJson: JSON.stringify(verified.facts),
        jobId: record.job.id,
        createdAtMs: nowMs,
        expiresAtMs: nowMs + RETENTION.resultDays * DAY_MS,
      }),
      ctx.db.insert(jobOutputs).values({
        id: ctx.newId('out'),
        jobId: record.job.id,
        assetId,
        userId: record.job.userId,
        name: 'video',
        kind: 'video',
        objectKey: verified.key,
        etag: verified.etag,
        bytes: verified.bytes,
        sha256: output.outputs.video?.sha256 ?? '',
        contentType: VIDEO_TYPES[formatOf(requestOf(record.job))],
        summaryJson: JSON.stringify({ facts: verified.facts }),
        createdAtMs: nowMs,
      }),
    ],
  })
}

function winningAttempt(record: JobRecord): AttemptRow {
  const winners = record.attempts.filter((attempt) => attempt.state === 'completed')
  const [winner] = winners
  if (!winner || winners.length !== record.segments.length) {
    throw new Error(
      `Job ${record.job.id} is finalizing with ${winners.length} results for ${record.segments.length} segments.`,
    )
  }
  return winner
}

/** `match.mov` upscaled to 1440 lines → `match upscale 1440p.mp4`. */
function resultName(record: JobRecord, height: number): string {
  const base = record.input.fileName.replace(/\.[^.]{1,5}$/, '')
  const task = TASKS[record.job.task as keyof typeof TASKS].label.toLowerCase()
  return `${base} ${task} ${height}p.${formatOf(requestOf(record.job))}`.slice(-255)
}
