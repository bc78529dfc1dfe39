import { eq } from 'drizzle-orm'
import { walletSettings } from '#db/schema/spending.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { formatCredits } from '#lib/core/money.ts'
import { spendDay } from '#lib/core/spending/spend-day.ts'
import type { Ctx } from '#lib/services/context.ts'
import { readSpentTodayMicros } from './read-spend-day.ts'

/**
 * Throws `spend_cap_reached`, with the figures, when a hold would pass the user's cap of the day. Two holds at once may both pass here; the
 * database's own guard then refuses the second (`holds_stay_within_spend_cap`).
 */
export async function refuseBeyondCap({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { userId: string; amountMicros: number }
}): Promise<void> {
  const [settings] = await ctx.db
    .select({ capMicros: walletSettings.spendCapMicros })
    .from(walletSettings)
    .where(eq(walletSettings.userId, input.userId))
  const capMicros = settings?.capMicros ?? null
  if (capMicros === null) return
  const spentMicros = await readSpentTodayMicros({ ctx, input })
  if (spentMicros + input.amountMicros <= capMicros) return
  const left = formatCredits(Math.max(0, capMicros - spentMicros), 'down')
  const needs = formatCredits(input.amountMicros, 'up')
  const ends = new Date(spendDay(ctx.nowMs()).endsAtMs).toISOString()
  throw new AppError(
    'spend_cap_reached',
    `This may cost ${needs} credits, and your cap leaves ${left} for today (until ${ends}).`,
  )
}
