import { and, eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { auditLog } from '#db/schema/operations.ts'
import { savedCards, walletSettings } from '#db/schema/spending.ts'
import type { AutoTopUpTerms, ChangeWalletSettings, WalletSettingsView } from '#lib/contracts/api/spending.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { readWalletSettings } from './read-wallet-settings.ts'

/**
 * Changes what is given and leaves the rest. Switching automatic top-up on (also after we stopped it) forgets earlier declines; it needs a saved card.
 * Errors: no_saved_card.
 */
export async function changeWalletSettings({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: ChangeWalletSettings
}): Promise<WalletSettingsView> {
  if (input.auto_top_up) await requireCard(ctx)
  const statements: BatchItem<'sqlite'>[] = [
    ...(input.spend_cap_micros === undefined ? [] : [set(ctx, { spendCapMicros: input.spend_cap_micros })]),
    ...(input.low_balance_micros === undefined
      ? []
      : [set(ctx, { lowBalanceMicros: input.low_balance_micros, lowBalanceState: 'armed' })]),
    ...(input.auto_top_up === undefined ? [] : [setAutoTopUp(ctx, input.auto_top_up)]),
  ]
  const [first, ...rest] = statements
  if (first) {
    const line = {
      id: ctx.newId('aud'),
      actorId: ctx.userId,
      action: 'wallet.settings',
      subjectId: ctx.userId,
      detail: JSON.stringify(input),
      atMs: ctx.nowMs(),
    }
    await ctx.db.batch([ensureRow(ctx), first, ...rest, ctx.db.insert(auditLog).values(line)])
  }
  return readWalletSettings({ ctx })
}

function ensureRow(ctx: UserCtx) {
  return ctx.db.insert(walletSettings).values({ userId: ctx.userId, updatedAtMs: ctx.nowMs() }).onConflictDoNothing()
}

function set(ctx: UserCtx, columns: Partial<typeof walletSettings.$inferInsert>) {
  return ctx.db
    .update(walletSettings)
    .set({ ...columns, updatedAtMs: ctx.nowMs() })
    .where(eq(walletSettings.userId, ctx.userId))
}

/** `switched_on` and `switched_off` of docs/decisions/018-spending.md. Terms stay when it is switched off. */
function setAutoTopUp(ctx: UserCtx, terms: AutoTopUpTerms | null) {
  if (terms === null) return set(ctx, { autoState: 'off' })
  const { threshold_micros, amount_cents, monthly_cap_cents } = terms
  return ctx.db
    .update(walletSettings)
    .set({
      autoState: 'on',
      autoThresholdMicros: threshold_micros,
      autoAmountCents: amount_cents,
      autoMonthlyCapCents: monthly_cap_cents,
      // Changing the terms of what is on is no word about the card; switching it on is.
      autoDeclines: sql`iif(${walletSettings.autoState} = 'on', ${walletSettings.autoDeclines}, 0)`,
      autoNextAtMs: sql`iif(${walletSettings.autoState} = 'on', ${walletSettings.autoNextAtMs}, 0)`,
      updatedAtMs: ctx.nowMs(),
    })
    .where(
      and(
        eq(walletSettings.userId, ctx.userId),
        sql`EXISTS (SELECT 1 FROM ${savedCards} WHERE user_id = ${ctx.userId} AND state = 'active')`,
      ),
    )
}

async function requireCard(ctx: UserCtx): Promise<void> {
  const [card] = await ctx.db
    .select({ id: savedCards.id })
    .from(savedCards)
    .where(and(eq(savedCards.userId, ctx.userId), eq(savedCards.state, 'active')))
  if (!card) throw new AppError('no_saved_card', 'Keep a card first: add credits once with "keep this card" ticked.')
}
