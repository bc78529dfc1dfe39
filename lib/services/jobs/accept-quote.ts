import { and, eq } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import { quotes } from '#db/schema/ledger.ts'
import { assets } from '#db/schema/uploads.ts'
import type { AcceptQuote } from '#lib/contracts/api/jobs.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { refusePausedTask } from '#lib/services/operations/refuse-paused-task.ts'
import { checkPinned } from '#lib/services/uploads/confirm-output.ts'
import { prepareHold } from '#lib/services/wallet/prepare-hold.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import { queueDeadlineMs } from './deadlines.ts'
import { dispatchAttempt } from './dispatch-attempt.ts'
import { jobInserts } from './job-inserts.ts'
import { requestOf } from './job-record.ts'
import { checkTracks } from './resolve-tracks.ts'

type QuoteRow = typeof quotes.$inferSelect

/** How often a hold is planned again when another spend changed the balance between reading and writing. */
const MAX_HOLD_RACES = 5

/**
 * Turns a quote into a job: one batch places the hold and inserts job, segments and first attempts; then they are dispatched.
 * Accepting the same quote again returns the same job, so a double click or a lost answer is harmless.
 * Errors: not_found, quote_expired, input_changed, insufficient_funds, wallet_frozen, task_paused.
 */
export async function acceptQuote({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: AcceptQuote
}): Promise<{ jobId: string; created: boolean }> {
  const [row] = await ctx.db
    .select({ quote: quotes, asset: assets, jobId: jobs.id })
    .from(quotes)
    .innerJoin(assets, eq(assets.id, quotes.assetId))
    .leftJoin(jobs, eq(jobs.quoteId, quotes.id))
    .where(and(eq(quotes.id, input.quote_id), eq(quotes.userId, ctx.userId)))
  if (!row) throw new AppError('not_found', 'There is no such quote.')
  if (row.jobId !== null) return { jobId: row.jobId, created: false }

  if (ctx.nowMs() >= row.quote.expiresAtMs)
    throw new AppError('quote_expired', 'This price was good for 15 minutes. Ask for a new one.')
  if (row.asset.state !== 'ready') throw new AppError('not_found', 'The video of this quote is gone.')
  await Promise.all([
    refusePausedTask({ ctx, input: requestOf(row.quote) }),
    checkPinned({ ctx, input: { key: row.asset.objectKey, etag: row.quote.inputEtag } }),
    checkTracks(ctx, row.quote),
  ])

  const accepted = await insertJob(ctx, row.quote)
  if (accepted.created) {
    // The job exists from here on; a dispatch that fails or dies is repaired by the reconciler.
    await Promise.all(
      accepted.attemptIds.map((attemptId) => dispatchAttempt({ ctx, input: { jobId: accepted.jobId, attemptId } })),
    )
  }
  return { jobId: accepted.jobId, created: accepted.created }
}

async function jobOfQuote(ctx: UserCtx, quoteId: string): Promise<string | null> {
  const [job] = await ctx.db.select({ id: jobs.id }).from(jobs).where(eq(jobs.quoteId, quoteId))
  return job?.id ?? null
}

interface Accepted {
  jobId: string
  attemptIds: string[]
  created: boolean
}

/** The job of another click on the same quote, if there is one by now. */
async function otherClick(ctx: UserCtx, quote: QuoteRow): Promise<Accepted | null> {
  const jobId = await jobOfQuote(ctx, quote.id)
  return jobId === null ? null : { jobId, attemptIds: [], created: false }
}

async function insertJob(ctx: UserCtx, quote: QuoteRow): Promise<Accepted> {
  for (let race = 0; race < MAX_HOLD_RACES; race++) {
    const hold = await placeHold(ctx, quote)
    if ('jobId' in hold) return hold
    const { jobId, attemptIds, statements } = jobInserts(ctx, quote, { holdId: hold.holdId })
    const result = await runBatch(ctx, [...hold.statements, ...statements])
    if (result.ok) return { jobId, attemptIds, created: true }
    const winner = await otherClick(ctx, quote)
    if (winner) return winner
    ctx.log('info', 'hold lost a race, planning it again', { quoteId: quote.id, constraint: result.constraint })
  }
  throw new AppError('unavailable', 'Your wallet is being used by several things at once. Please try again.')
}

/** A refusal may be the other click's doing: the money that is missing is what its job holds. Then that job is the answer. */
async function placeHold(ctx: UserCtx, quote: QuoteRow): Promise<Awaited<ReturnType<typeof prepareHold>> | Accepted> {
  try {
    return await prepareHold({
      ctx,
      input: {
        userId: ctx.userId,
        quoteId: quote.id,
        amountMicros: quote.ceilingMicros,
        expiresAtMs: ctx.nowMs() + queueDeadlineMs(ctx.settings, quote) + ctx.settings.holdMarginMs,
      },
    })
  } catch (refusal) {
    const winner = refusal instanceof AppError ? await otherClick(ctx, quote) : null
    if (winner) return winner
    throw refusal
  }
}
