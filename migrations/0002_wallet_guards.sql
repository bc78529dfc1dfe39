-- The transfers of a settlement are within what it says. Hand-written, like 0001: each RAISE text is a name that
-- lib/core/ledger/constraints.ts knows.

CREATE TRIGGER `transfers_need_their_settlement` BEFORE INSERT ON `transfers`
WHEN NEW.`settlement_id` IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM `settlements` WHERE `id` = NEW.`settlement_id` AND `hold_id` = NEW.`hold_id`)
BEGIN SELECT RAISE(ABORT, 'transfer_needs_settlement'); END;
--> statement-breakpoint
CREATE TRIGGER `transfers_stay_within_settlement` BEFORE INSERT ON `transfers`
WHEN NEW.`settlement_id` IS NOT NULL AND EXISTS (
  SELECT 1 FROM `settlements` WHERE `id` = NEW.`settlement_id`
    AND (NEW.`kind` = 'capture') * `capture_micros` + (NEW.`kind` = 'release') * `release_micros` < NEW.`amount_micros` + (
      SELECT coalesce(sum(`amount_micros`), 0) FROM `transfers`
      WHERE `settlement_id` = NEW.`settlement_id` AND `kind` = NEW.`kind`
    )
)
BEGIN SELECT RAISE(ABORT, 'transfer_exceeds_settlement'); END;
