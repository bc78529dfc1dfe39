-- Money on its way back: what no program may get wrong. Hand-written, like 0001: each RAISE text is a name that
-- lib/core/ledger/constraints.ts knows.

-- What went back and what is going back is never more than was paid in, and belongs to whoever paid it.
CREATE TRIGGER `refunds_stay_within_top_up` BEFORE INSERT ON `refunds`
WHEN NEW.`state` NOT IN ('failed', 'refused') AND NOT EXISTS (
  SELECT 1 FROM `top_ups` WHERE `id` = NEW.`top_up_id` AND `user_id` = NEW.`user_id` AND `state` = 'credited'
    AND `amount_cents` * 10000 >= NEW.`amount_micros` + (
      SELECT coalesce(sum(`amount_micros`), 0) FROM `refunds` WHERE `top_up_id` = NEW.`top_up_id` AND `state` NOT IN ('failed', 'refused')
    )
    AND `tax_cents` >= NEW.`tax_cents` + (
      SELECT coalesce(sum(`tax_cents`), 0) FROM `refunds` WHERE `top_up_id` = NEW.`top_up_id` AND `state` NOT IN ('failed', 'refused')
    )
)
BEGIN SELECT RAISE(ABORT, 'refund_exceeds_top_up'); END;
--> statement-breakpoint
-- A user whose payment is disputed gets nothing back in between.
CREATE TRIGGER `refunds_of_the_unfrozen` BEFORE INSERT ON `refunds`
WHEN NEW.`origin` = 'user' AND NOT EXISTS (
  SELECT 1 FROM `users` WHERE `id` = NEW.`user_id` AND `frozen_at_ms` IS NULL AND `deleted_at_ms` IS NULL
)
BEGIN SELECT RAISE(ABORT, 'refund_of_frozen_wallet'); END;
--> statement-breakpoint
CREATE TRIGGER `refunds_state_is_monotonic` BEFORE UPDATE OF `state` ON `refunds`
WHEN NOT (
  OLD.`state` = NEW.`state`
  OR (OLD.`state` = 'requested' AND NEW.`state` IN ('pending', 'succeeded', 'failed', 'refused'))
  OR (OLD.`state` = 'pending' AND NEW.`state` IN ('succeeded', 'failed'))
  OR (OLD.`state` = 'succeeded' AND NEW.`state` = 'failed')
)
BEGIN SELECT RAISE(ABORT, 'refund_state_is_monotonic'); END;
--> statement-breakpoint
CREATE TRIGGER `refunds_keep_identity` BEFORE UPDATE ON `refunds`
WHEN NEW.`id` <> OLD.`id` OR NEW.`user_id` <> OLD.`user_id` OR NEW.`top_up_id` <> OLD.`top_up_id` OR NEW.`amount_micros` <> OLD.`amount_micros`
  OR NEW.`tax_cents` <> OLD.`tax_cents` OR NEW.`origin` <> OLD.`origin`
  OR (OLD.`stripe_refund_id` IS NOT NULL AND NEW.`stripe_refund_id` IS NOT OLD.`stripe_refund_id`)
BEGIN SELECT RAISE(ABORT, 'refunds_keep_identity'); END;
--> statement-breakpoint
CREATE TRIGGER `refunds_no_delete` BEFORE DELETE ON `refunds` BEGIN SELECT RAISE(ABORT, 'refunds_keep_identity'); END;
--> statement-breakpoint
-- The money of a refund moves while there is such a refund, and not more than it says.
CREATE TRIGGER `transfers_need_their_refund` BEFORE INSERT ON `transfers`
WHEN NEW.`kind` = 'refund' AND NEW.`cause_type` = 'refund' AND NOT EXISTS (
  SELECT 1 FROM `refunds` WHERE `id` = NEW.`cause_id` AND `state` NOT IN ('failed', 'refused')
    AND `amount_micros` + `tax_cents` * 10000 >= NEW.`amount_micros` + (
      SELECT coalesce(sum(`amount_micros`), 0) FROM `transfers`
      WHERE `cause_type` = 'refund' AND `cause_id` = NEW.`cause_id` AND `kind` = 'refund'
    )
)
BEGIN SELECT RAISE(ABORT, 'transfer_needs_refund'); END;
--> statement-breakpoint
-- What comes back of a refund comes back after it failed, and is no more than went.
CREATE TRIGGER `transfers_reverse_a_failed_refund` BEFORE INSERT ON `transfers`
WHEN NEW.`kind` = 'refund_failed' AND (
  NOT EXISTS (SELECT 1 FROM `refunds` WHERE `id` = NEW.`cause_id` AND `state` IN ('failed', 'refused'))
  OR NEW.`cause_type` <> 'refund'
  OR NEW.`amount_micros` > (
    SELECT coalesce(sum(iif(`kind` = 'refund', `amount_micros`, -`amount_micros`)), 0) FROM `transfers`
    WHERE `cause_type` = 'refund' AND `cause_id` = NEW.`cause_id` AND `kind` IN ('refund', 'refund_failed')
  )
)
BEGIN SELECT RAISE(ABORT, 'transfer_needs_failed_refund'); END;
--> statement-breakpoint
CREATE TRIGGER `dispute_reversals_stay_within_dispute` BEFORE INSERT ON `transfers`
WHEN NEW.`kind` = 'dispute_reversal' AND NEW.`amount_micros` > (
  SELECT coalesce(sum(iif(`kind` = 'dispute', `amount_micros`, -`amount_micros`)), 0) FROM `transfers`
  WHERE `cause_type` = 'dispute' AND `cause_id` = NEW.`cause_id` AND `kind` IN ('dispute', 'dispute_reversal')
)
BEGIN SELECT RAISE(ABORT, 'reversal_exceeds_dispute'); END;
--> statement-breakpoint
CREATE TRIGGER `disputes_state_is_monotonic` BEFORE UPDATE OF `state` ON `disputes`
WHEN NOT (
  OLD.`state` = NEW.`state`
  OR (OLD.`state` = 'inquiry' AND NEW.`state` IN ('inquiry_closed', 'open', 'lost', 'won'))
  OR (OLD.`state` = 'inquiry_closed' AND NEW.`state` IN ('open', 'lost', 'won'))
  OR (OLD.`state` = 'open' AND NEW.`state` IN ('lost', 'won'))
  OR (OLD.`state` = 'lost' AND NEW.`state` = 'won')
)
BEGIN SELECT RAISE(ABORT, 'dispute_state_is_monotonic'); END;
--> statement-breakpoint
CREATE TRIGGER `disputes_no_delete` BEFORE DELETE ON `disputes` BEGIN SELECT RAISE(ABORT, 'disputes_are_permanent'); END;
--> statement-breakpoint
-- A user is frozen exactly while a chargeback of theirs is open, whoever writes the dispute.
CREATE TRIGGER `disputes_freeze_on_insert` AFTER INSERT ON `disputes` WHEN NEW.`state` = 'open' BEGIN
  UPDATE `users` SET `frozen_at_ms` = NEW.`updated_at_ms` WHERE `id` = NEW.`user_id` AND `frozen_at_ms` IS NULL;
END;
--> statement-breakpoint
CREATE TRIGGER `disputes_freeze_on_update` AFTER UPDATE OF `state` ON `disputes` WHEN NEW.`state` = 'open' BEGIN
  UPDATE `users` SET `frozen_at_ms` = NEW.`updated_at_ms` WHERE `id` = NEW.`user_id` AND `frozen_at_ms` IS NULL;
END;
--> statement-breakpoint
CREATE TRIGGER `disputes_unfreeze` AFTER UPDATE OF `state` ON `disputes`
WHEN OLD.`state` = 'open' AND NOT EXISTS (SELECT 1 FROM `disputes` WHERE `user_id` = NEW.`user_id` AND `state` = 'open')
BEGIN
  UPDATE `users` SET `frozen_at_ms` = NULL WHERE `id` = NEW.`user_id`;
END;
--> statement-breakpoint
-- Once credited, a top-up is what it is.
CREATE TRIGGER `top_ups_stay_credited` BEFORE UPDATE OF `state`, `amount_cents`, `tax_cents`, `user_id`, `payment_intent_id` ON `top_ups`
WHEN OLD.`state` = 'credited' AND (
  NEW.`state` <> OLD.`state` OR NEW.`amount_cents` <> OLD.`amount_cents` OR NEW.`tax_cents` <> OLD.`tax_cents`
  OR NEW.`user_id` <> OLD.`user_id` OR NEW.`payment_intent_id` IS NOT OLD.`payment_intent_id`
)
BEGIN SELECT RAISE(ABORT, 'top_up_stays_credited'); END;
--> statement-breakpoint
-- Stripe's own balance, as it was read: only the note that it was matched is added later.
CREATE TRIGGER `stripe_balance_no_update` BEFORE UPDATE ON `stripe_balance_entries`
WHEN NEW.`id` <> OLD.`id` OR NEW.`type` <> OLD.`type` OR NEW.`amount_cents` <> OLD.`amount_cents` OR NEW.`fee_cents` <> OLD.`fee_cents`
  OR (OLD.`matched_at_ms` IS NOT NULL AND NEW.`matched_at_ms` IS NOT OLD.`matched_at_ms`)
BEGIN SELECT RAISE(ABORT, 'stripe_balance_is_immutable'); END;
--> statement-breakpoint
CREATE TRIGGER `stripe_balance_no_delete` BEFORE DELETE ON `stripe_balance_entries` BEGIN SELECT RAISE(ABORT, 'stripe_balance_is_immutable'); END;
--> statement-breakpoint
-- Events of refunds and disputes that were parked for want of a rule go back to the inbox: the reconciler books them.
UPDATE `stripe_events` SET `state` = 'received', `attempts` = 0 WHERE `state` = 'parked';
