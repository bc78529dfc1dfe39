import { reconcileDeletions } from '#lib/services/accounts/deletion/reconcile-deletions.ts'
import { sweepAccounts } from '#lib/services/accounts/sweep-accounts.ts'
import type { Ctx } from '#lib/services/context.ts'
import { orderWaitingIngests } from '#lib/services/jobs/order-ingest.ts'
import { reconcileJobs } from '#lib/services/jobs/reconcile-jobs.ts'
import { sweepQuotes } from '#lib/services/jobs/sweep-quotes.ts'
import { sweepRunObjects } from '#lib/services/jobs/sweep-run-objects.ts'
import { sweepProjects } from '#lib/services/projects/sweep-projects.ts'
import { reconcileSpending } from '#lib/services/spending/reconcile-spending.ts'
import { sweepUploads } from '#lib/services/uploads/sweep-uploads.ts'
import { checkBooks } from '#lib/services/wallet/check-books.ts'
import { reconcileRefunds } from '#lib/services/wallet/reconcile-refunds.ts'
import { reconcileStripeBalance } from '#lib/services/wallet/reconcile-stripe-balance.ts'
import { reconcileTopUps } from '#lib/services/wallet/reconcile-top-ups.ts'
import { raiseAlarm } from './raise-alarm.ts'

const PARTS = {
  jobs: reconcileJobs,
  top_ups: reconcileTopUps,
  refunds: reconcileRefunds,
  stripe_balance: reconcileStripeBalance,
  runs: sweepRunObjects,
  quotes: sweepQuotes,
  uploads: sweepUploads,
  ingests: orderWaitingIngests,
  projects: sweepProjects,
  accounts: sweepAccounts,
  deletions: reconcileDeletions,
  books: checkBooks,
  spending: reconcileSpending,
} as const satisfies Record<string, (input: { ctx: Ctx }) => Promise<unknown>>

/**
 * One tick: repairs what has one safe answer, raises an alarm for the rest. Parts run side by side: one that hangs or throws (itself an alarm)
 * does not keep the others from running. Safe to run at any time and twice at once.
 */
export async function reconcile({ ctx }: { ctx: Ctx }): Promise<Record<string, unknown>> {
  const entries = await Promise.all(
    Object.entries(PARTS).map(async ([name, part]) => {
      try {
        return [name, await part({ ctx })] as const
      } catch (error) {
        const message = `The reconciler's part "${name}" failed: ${String(error)}`
        await raiseAlarm({ ctx, input: { key: `reconcile:${name}`, kind: 'reconciler_failed', message } })
        return [name, { error: String(error) }] as const
      }
    }),
  )
  return Object.fromEntries(entries)
}
