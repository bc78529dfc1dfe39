import { attempts, jobEvents, jobs, segments } from '#db/schema/jobs.ts'
import type { quotes } from '#db/schema/ledger.ts'
import { MediaFacts } from '#lib/contracts/media.ts'
import { TASKS } from '#lib/contracts/tasks/index.ts'
import { planSegments } from '#lib/core/jobs/plan-segments.ts'
import { requiredOutputs } from '#lib/core/jobs/required-outputs.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { requestOf } from './job-record.ts'
import type { Statement } from './transitions.ts'

/** What a job ends with at the latest: its hold, or, when it is free, a time of its own. */
export type JobEnd = { holdId: string } | { expiresAtMs: number }

/** The rows of a new job: itself, its first line in the timeline, its segments and their first attempts. */
export function jobInserts(
  ctx: UserCtx,
  quote: typeof quotes.$inferInsert,
  end: JobEnd,
): { jobId: string; attemptIds: string[]; statements: Statement[] } {
  const nowMs = ctx.nowMs()
  const jobId = ctx.newId('job')
  const attemptIds: string[] = []
  const request = requestOf(quote)
  const facts = MediaFacts.parse(JSON.parse(quote.factsJson))
  const statements: Statement[] = [
    ctx.db.insert(jobs).values({
      id: jobId,
      userId: ctx.userId,
      task: quote.task,
      paramsJson: quote.paramsJson,
      assetId: quote.assetId,
      inputEtag: quote.inputEtag,
      quoteId: quote.id,
      ...end,
      requiredOutputsJson: JSON.stringify(requiredOutputs(request)),
      state: 'queued',
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    }),
    ctx.db.insert(jobEvents).values({
      id: ctx.newId('evt'),
      jobId,
      subject: 'job',
      event: 'accepted',
      toState: 'queued',
      detail: 'holdId' in end ? `hold ${end.holdId}` : 'free',
      atMs: nowMs,
    }),
  ]
  for (const planned of planSegments(TASKS[request.task], facts.duration_s)) {
    const segmentId = ctx.newId('seg')
    const attemptId = ctx.newId('att')
    attemptIds.push(attemptId)
    statements.push(
      ctx.db.insert(segments).values({ id: segmentId, jobId, ...planned }),
      ctx.db.insert(attempts).values({
        id: attemptId,
        jobId,
        segmentId,
        number: 1,
        state: 'created',
        endpointId: ctx.settings.runpodEndpointId,
        notBeforeMs: nowMs,
        createdAtMs: nowMs,
      }),
    )
  }
  return { jobId, attemptIds, statements }
}
