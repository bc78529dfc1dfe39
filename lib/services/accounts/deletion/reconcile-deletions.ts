import { and, asc, eq, isNotNull, ne, sql } from 'drizzle-orm'
import { accountDeletions } from '#db/schema/accounts.ts'
import { attempts, jobs } from '#db/schema/jobs.ts'
import { savedCards } from '#db/schema/spending.ts'
import type { DeletionState } from '#lib/contracts/api/account.ts'
import { type DeletionEvent, nextDeletionState } from '#lib/core/accounts/deletion-machine.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { abortUploads } from './abort-uploads.ts'
import { endLiveJobs } from './end-live-jobs.ts'
import { eraseData } from './erase-data.ts'
import { findLateCredit } from './find-late-credit.ts'
import { purgeFiles } from './purge-files.ts'

/** Accounts one tick looks at, those it has not seen for longest first. */
const BATCH = 5
/** No link that a machine was given to the store is good for longer; what runs left behind is swept after the same time. */
export const LINKS_LAST_MS = 24 * 3_600_000

type Deletion = typeof accountDeletions.$inferSelect

/** One step each: does some of what is left, and names what is true once nothing is. */
const STEPS: Record<
  Exclude<DeletionState, 'done'>,
  (input: { ctx: UserCtx; deletion: Deletion }) => Promise<DeletionEvent | null>
> = {
  ending_jobs: async ({ ctx }) => ((await endLiveJobs({ ctx })) ? 'jobs_ended' : null),
  aborting_uploads: async ({ ctx }) => ((await abortUploads({ ctx })) ? 'uploads_aborted' : null),
  purging_objects: async ({ ctx }) => ((await purgeFiles({ ctx })) ? 'objects_purged' : null),
  erasing_data: async ({ ctx }) => ((await eraseData({ ctx })) ? 'data_erased' : null),
  awaiting_links: async ({ ctx, deletion }) => ((await linksEnded(ctx, deletion)) ? 'links_ended' : null),
}

interface Reconciled {
  advanced: number
  failed: number
  late_credit: number
}

/** Brings every deletion on that is not done, and looks for money that came too late. For the reconciler; safe to run at any time and twice at once. */
export async function reconcileDeletions({ ctx }: { ctx: Ctx }): Promise<Reconciled> {
  const open = await openDeletions({ ctx })
  let failed = 0
  for (const deletion of open) {
    const owner = { ...ctx, userId: deletion.userId }
    try {
      await advanceDeletion({ ctx: owner })
    } catch (error) {
      failed += 1
      ctx.log('error', 'a deletion did not advance', { userId: deletion.userId, error: String(error) })
      // To the end of the queue: one account that cannot be finished must not keep the others waiting.
      await touch(owner)
    }
  }
  const { found } = await findLateCredit({ ctx })
  return { advanced: open.length - failed, failed, late_credit: found }
}

/** States are literal: SQLite uses a partial index only where the query says in so many words what the index does. */
export function openDeletions({ ctx }: { ctx: Ctx }) {
  return ctx.db
    .select()
    .from(accountDeletions)
    .where(sql`state <> 'done'`)
    .orderBy(asc(accountDeletions.updatedAtMs))
    .limit(BATCH)
}

/** Does as many steps as come to an end; the first that does not is gone on with the next time. */
export async function advanceDeletion({ ctx }: { ctx: UserCtx }): Promise<DeletionState | null> {
  for (;;) {
    const [deletion] = await ctx.db.select().from(accountDeletions).where(eq(accountDeletions.userId, ctx.userId))
    if (!deletion || deletion.state === 'done') return deletion?.state ?? null
    const event = await STEPS[deletion.state]({ ctx, deletion })
    if (event === null) {
      await touch(ctx)
      return deletion.state
    }
    await move(ctx, deletion.state, event)
  }
}

async function move(ctx: UserCtx, from: DeletionState, event: DeletionEvent): Promise<void> {
  const state = nextDeletionState(from, event)
  if (state === 'open') throw new Error(`${event} cannot open an account again`)
  const nowMs = ctx.nowMs()
  await ctx.db
    .update(accountDeletions)
    .set({ state, updatedAtMs: nowMs, finishedAtMs: state === 'done' ? nowMs : null })
    .where(and(eq(accountDeletions.userId, ctx.userId), eq(accountDeletions.state, from)))
}

async function touch(ctx: UserCtx): Promise<void> {
  await ctx.db.update(accountDeletions).set({ updatedAtMs: ctx.nowMs() }).where(eq(accountDeletions.userId, ctx.userId))
}

/** Once no link can be good any more, the sweep has been through every run and Stripe has forgotten every card, all is done once more: something may have come late. */
async function linksEnded(ctx: UserCtx, deletion: Deletion): Promise<boolean> {
  if (ctx.nowMs() < deletion.confirmedAtMs + LINKS_LAST_MS) return false
  const [unswept] = await ctx.db
    .select({ id: attempts.id })
    .from(attempts)
    .innerJoin(jobs, eq(jobs.id, attempts.jobId))
    .where(and(eq(jobs.userId, ctx.userId), isNotNull(attempts.outputTargetsJson)))
    .limit(1)
  const [card] = await ctx.db
    .select({ id: savedCards.id })
    .from(savedCards)
    .where(and(eq(savedCards.userId, ctx.userId), ne(savedCards.state, 'removed')))
    .limit(1)
  if (unswept || card) return false
  return (await abortUploads({ ctx })) && (await purgeFiles({ ctx })) && (await eraseData({ ctx }))
}
