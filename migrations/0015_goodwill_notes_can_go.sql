-- A refund of goodwill stays what it is; only the words its owner wrote can be taken out of it, when their account is deleted.
-- Hand-written, like 0001: each RAISE text is a name that lib/core/ledger/constraints.ts knows.

DROP TRIGGER `goodwill_refunds_no_update`;
--> statement-breakpoint
CREATE TRIGGER `goodwill_refunds_no_update` BEFORE UPDATE ON `goodwill_refunds`
WHEN NEW.`id` <> OLD.`id` OR NEW.`user_id` <> OLD.`user_id` OR NEW.`job_id` <> OLD.`job_id`
  OR NEW.`amount_micros` <> OLD.`amount_micros` OR NEW.`promo_micros` <> OLD.`promo_micros` OR NEW.`reason` <> OLD.`reason`
  OR NEW.`created_at_ms` <> OLD.`created_at_ms` OR NEW.`note` <> ''
BEGIN SELECT RAISE(ABORT, 'goodwill_refunds_are_immutable'); END;
