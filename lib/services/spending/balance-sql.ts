import { sql } from 'drizzle-orm'

/**
 * What the user of a row of `wallet_settings` has, reservations included: those come back unless a job uses them, and a job that has cost
 * nothing yet charges no card. Names are written out because a subquery may not guess whose `user_id` is meant.
 */
export const BALANCE_MICROS = sql<number>`(
  SELECT coalesce(sum(ledger_accounts.balance_micros), 0) FROM ledger_accounts
  WHERE ledger_accounts.user_id = wallet_settings.user_id AND ledger_accounts.kind IN ('available', 'promo', 'held')
)`
