import { eq } from 'drizzle-orm'
import { attempts } from '#db/schema/jobs.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { Ctx } from '#lib/services/context.ts'
import { type AttemptRow, type JobRecord, loadJob } from './job-record.ts'

/** An attempt with its job. */
export async function attemptOf(ctx: Ctx, attemptId: string): Promise<{ record: JobRecord; attempt: AttemptRow }> {
  const [found] = await ctx.db.select({ jobId: attempts.jobId }).from(attempts).where(eq(attempts.id, attemptId))
  if (!found) throw new AppError('not_found', 'There is no such attempt.')
  const record = await loadJob(ctx, found.jobId)
  const attempt = record.attempts.find((row) => row.id === attemptId)
  if (!attempt) throw new AppError('not_found', 'There is no such attempt.')
  return { record, attempt }
}
