import { sql } from 'drizzle-orm'
import { topUps } from '#db/schema/ledger.ts'
import { CONSTRAINTS } from '#lib/core/ledger/constraints.ts'
import type { Ctx } from '#lib/services/context.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import { BALANCE_MICROS } from './balance-sql.ts'

/**
 * Decides an automatic top-up and writes it down, in one statement, so that what it rests on holds at that moment: switched on, a card, the balance
 * below the threshold, no recent decline, nothing frozen or owed. One in flight and the cap of the month are guards of the database. Null when
 * there is nothing to do; nothing has been charged yet.
 */
export async function startAutoTopUp({ ctx, input }: { ctx: Ctx; input: { userId: string } }): Promise<string | null> {
  const topUpId = ctx.newId('top')
  const nowMs = ctx.nowMs()
  const due = sql`
    FROM wallet_settings
    JOIN saved_cards ON saved_cards.user_id = wallet_settings.user_id AND saved_cards.state = 'active'
    JOIN users ON users.id = wallet_settings.user_id
    WHERE wallet_settings.user_id = ${input.userId}
      AND wallet_settings.auto_state = 'on'
      AND wallet_settings.auto_next_at_ms <= ${nowMs}
      AND ${BALANCE_MICROS} < wallet_settings.auto_threshold_micros
      AND users.stripe_customer_id IS NOT NULL AND users.frozen_at_ms IS NULL AND users.deleted_at_ms IS NULL
      AND NOT EXISTS (
        SELECT 1 FROM ledger_accounts
        WHERE ledger_accounts.user_id = wallet_settings.user_id AND kind = 'receivable' AND balance_micros < 0
      )`
  const insert = ctx.db.insert(topUps).values({
    id: topUpId,
    userId: input.userId,
    source: 'auto',
    state: 'created',
    // NULL, which the column refuses, when none is due.
    amountCents: sql`(SELECT wallet_settings.auto_amount_cents ${due})`,
    savedCardId: sql`(SELECT saved_cards.id ${due})`,
    clickId: `auto:${topUpId}`,
    livemode: ctx.payments.livemode,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  })
  const result = await runBatch(ctx, [insert])
  if (result.ok) return topUpId
  const { outcome, meaning } = CONSTRAINTS[result.constraint]
  if (outcome === 'bug') throw new Error(`Automatic top-up of ${input.userId} cannot be written: ${meaning}`)
  return null
}
