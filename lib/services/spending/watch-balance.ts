import { and, eq } from 'drizzle-orm'
import { walletSettings } from '#db/schema/spending.ts'
import { nextLowBalance } from '#lib/core/spending/low-balance-machine.ts'
import type { Ctx } from '#lib/services/context.ts'
import { BALANCE_MICROS } from './balance-sql.ts'
import { chargeAutoTopUp } from './charge-auto-top-up.ts'
import { mailLowBalance } from './spending-mails.ts'
import { startAutoTopUp } from './start-auto-top-up.ts'

type Settings = typeof walletSettings.$inferSelect

/**
 * After money was spent or came in: mails once when the balance falls below the user's threshold, and tops it up automatically if they
 * wished for that. Safe at any time and twice at once. Throws when mail or payment service do not answer; the reconciler comes again.
 */
export async function watchBalance({ ctx, input }: { ctx: Ctx; input: { userId: string } }): Promise<void> {
  const [row] = await ctx.db
    .select({ settings: walletSettings, balanceMicros: BALANCE_MICROS })
    .from(walletSettings)
    .where(eq(walletSettings.userId, input.userId))
  if (!row) return
  const topUpId = await startAutoTopUp({ ctx, input })
  if (topUpId) await chargeAutoTopUp({ ctx, input: { topUpId } })
  await tellLowBalance(ctx, row.settings, row.balanceMicros)
}

/** The mail goes out before it is noted: a crash in between sends it again, and the provider drops it by its key. */
async function tellLowBalance(ctx: Ctx, settings: Settings, balanceMicros: number): Promise<void> {
  const { userId, lowBalanceMicros, lowBalanceState, lowBalanceCrossings } = settings
  if (lowBalanceMicros === null) return
  const { state, mail } = nextLowBalance(lowBalanceState, balanceMicros < lowBalanceMicros ? 'below' : 'at_or_above')
  if (state === lowBalanceState) return
  if (mail) {
    const key = `low-balance:${userId}:${lowBalanceCrossings}`
    await mailLowBalance({ ctx, input: { userId, balanceMicros, thresholdMicros: lowBalanceMicros, key } })
  }
  await ctx.db
    .update(walletSettings)
    .set({ lowBalanceState: state, lowBalanceCrossings: lowBalanceCrossings + (mail ? 1 : 0) })
    .where(and(eq(walletSettings.userId, userId), eq(walletSettings.lowBalanceState, lowBalanceState)))
}
