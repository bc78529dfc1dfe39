import { and, desc, eq, inArray } from 'drizzle-orm'
import { jobOutputs, jobs } from '#db/schema/jobs.ts'
import type { AnalysisList, AnalysisView } from '#lib/contracts/api/jobs.ts'
import { ANALYSIS_KINDS, type AnalysisKind } from '#lib/contracts/products.ts'
import type { TaskName } from '#lib/contracts/tasks/index.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { findAsset } from '#lib/services/uploads/find-asset.ts'
import type { JobOutputRow, JobRow } from './job-record.ts'
import { productView } from './product-view.ts'

/** Tracks, scenes and crop paths of a video have one row each here; older ones stay with their jobs. */
const LISTED = 20

const TASK_KINDS = { track: 'tracks', detect_scenes: 'scenes', auto_crop: 'crop_path' } as const satisfies Partial<
  Record<TaskName, AnalysisKind>
>
type AnalysisTask = keyof typeof TASK_KINDS

/** What is known of a video, and what is being found out, newest first. Throws AppError `not_found`. */
export async function listAnalyses({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { assetId: string }
}): Promise<AnalysisList> {
  const asset = await findAsset({ ctx, input })
  const tasks = Object.keys(TASK_KINDS) as AnalysisTask[]
  const [jobRows, outputRows] = await ctx.db.batch([
    ctx.db
      .select()
      .from(jobs)
      .where(and(eq(jobs.assetId, asset.id), eq(jobs.userId, ctx.userId), inArray(jobs.task, tasks)))
      .orderBy(desc(jobs.createdAtMs), desc(jobs.id))
      .limit(LISTED),
    ctx.db
      .select()
      .from(jobOutputs)
      .where(and(eq(jobOutputs.assetId, asset.id), inArray(jobOutputs.kind, [...ANALYSIS_KINDS])))
      .orderBy(desc(jobOutputs.createdAtMs))
      .limit(LISTED),
  ])
  const analyses = await Promise.all(
    jobRows.map((job) =>
      analysisView(ctx, { job, source: asset.fileName, row: outputRows.find(({ jobId }) => jobId === job.id) }),
    ),
  )
  return { analyses }
}

async function analysisView(
  ctx: UserCtx,
  { job, row, source }: { job: JobRow; row: JobOutputRow | undefined; source: string },
): Promise<AnalysisView> {
  const product = row ? await productView(ctx, { row, job, source, video: undefined, withSummary: true }) : null
  const { summary } = product ?? {}
  return {
    kind: TASK_KINDS[job.task as AnalysisTask],
    job_id: job.id,
    state: job.state,
    params: JSON.parse(job.paramsJson),
    model: summary && 'model' in summary ? summary.model : null,
    product,
    created_at_ms: job.createdAtMs,
  }
}
