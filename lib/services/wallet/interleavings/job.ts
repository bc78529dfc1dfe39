import { eq } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { jobOutputs, jobs } from '#db/schema/jobs.ts'
import { assets } from '#db/schema/uploads.ts'
import type { Ctx } from '#lib/services/context.ts'
import { prepareSettlement } from '#lib/services/wallet/prepare-settlement.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import type { Player } from './players.ts'

export interface Ending {
  jobId: string
  outcome: 'succeeded' | 'failed' | 'canceled'
  captureMicros: number
}

/** The user's debt is part of the plan: as often as that changes in between. */
const PLANS = 3

/** Ends a job and settles its hold in one batch; does nothing when the job has ended. Expiry is a failure that costs nothing. */
export async function endJob(ctx: Ctx, player: Player, ending: Ending): Promise<void> {
  for (let plans = 0; plans < PLANS; plans++) {
    const [job] = await ctx.db.select({ state: jobs.state }).from(jobs).where(eq(jobs.id, ending.jobId))
    if (job?.state !== 'queued') return
    const { jobId, outcome, captureMicros } = ending
    const cost = { causeAttemptId: `att_${jobId}`, gpuCostMicros: 7 }
    const input = { jobId, fromStates: ['queued'], outcome, captureMicros, gpuMs: 1, ...cost } as const
    const { statements } = await prepareSettlement({ ctx, input })
    if ((await runBatch(ctx, [...statements, ...endStatements(ctx, player, ending)])).ok) return
  }
}

function endStatements(ctx: Ctx, { userId }: Player, { jobId, outcome }: Ending): BatchItem<'sqlite'>[] {
  const move = (change: Partial<typeof jobs.$inferInsert>) => ctx.db.update(jobs).set(change).where(eq(jobs.id, jobId))
  const end = move({
    state: outcome,
    failureCode: outcome === 'failed' ? 'timed_out' : null,
    finishedAtMs: ctx.nowMs(),
  })
  if (outcome !== 'succeeded') return [end]
  const [assetId, createdAtMs] = [ctx.newId('ast'), ctx.nowMs()]
  const file = { objectKey: assetId, etag: 'e', bytes: 1, contentType: 'video/mp4', createdAtMs }
  const asset = {
    ...file,
    id: assetId,
    userId,
    kind: 'produced',
    state: 'ready',
    fileName: 'a.mp4',
    factsJson: '{}',
    jobId,
  } as const
  const output = {
    ...file,
    id: ctx.newId('out'),
    jobId,
    assetId,
    userId,
    name: 'video',
    kind: 'video',
    sha256: '',
    summaryJson: '{}',
  } as const
  return [
    move({ state: 'running' }),
    move({ state: 'finalizing' }),
    ctx.db.insert(assets).values(asset),
    ctx.db.insert(jobOutputs).values(output),
    end,
  ]
}
