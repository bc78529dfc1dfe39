-- Promotional credit never becomes credit that can be refunded, and goodwill gives no more than its row says. Hand-written, like 0001: each
-- RAISE text is a name that lib/core/ledger/constraints.ts knows.

-- What a hold took from promo is captured or goes back there: anything else may get the rest of it, and no more.
CREATE TRIGGER `releases_leave_promo_promo` BEFORE INSERT ON `transfers`
WHEN NEW.`kind` = 'release' AND substr(NEW.`credit_account_id`, -6) <> ':promo' AND NEW.`amount_micros` + (
  SELECT coalesce(sum(`amount_micros`), 0) FROM `transfers`
  WHERE `settlement_id` = NEW.`settlement_id` AND `kind` = 'release' AND substr(`credit_account_id`, -6) <> ':promo'
) > (SELECT `amount_micros` - `promo_micros` FROM `holds` WHERE `id` = NEW.`hold_id`)
BEGIN SELECT RAISE(ABORT, 'promo_stays_promo'); END;
--> statement-breakpoint
CREATE TRIGGER `transfers_need_their_goodwill` BEFORE INSERT ON `transfers`
WHEN NEW.`cause_type` = 'goodwill' AND NOT EXISTS (
  SELECT 1 FROM `goodwill_refunds` WHERE `id` = NEW.`cause_id` AND `user_id` = NEW.`user_id`
    AND iif(substr(NEW.`credit_account_id`, -6) = ':promo', `promo_micros`, `amount_micros` - `promo_micros`) >= NEW.`amount_micros` + (
      SELECT coalesce(sum(`amount_micros`), 0) FROM `transfers`
      WHERE `cause_type` = 'goodwill' AND `cause_id` = NEW.`cause_id`
        AND (substr(`credit_account_id`, -6) = ':promo') = (substr(NEW.`credit_account_id`, -6) = ':promo')
    )
)
BEGIN SELECT RAISE(ABORT, 'transfer_needs_goodwill'); END;
