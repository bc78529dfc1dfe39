-- Limits that users set, kept by the database itself, and rows that are history. Hand-written, like 0001: each RAISE text is a name that
-- lib/core/ledger/constraints.ts knows.

-- What was started on a UTC day: a settled job counts what it cost, an open one all that it may cost.
CREATE TRIGGER `holds_stay_within_spend_cap` BEFORE INSERT ON `holds`
WHEN EXISTS (
  SELECT 1 FROM `wallet_settings` WHERE `user_id` = NEW.`user_id` AND `spend_cap_micros` < NEW.`amount_micros` + (
    SELECT coalesce(sum(coalesce(`settlements`.`capture_micros`, `holds`.`amount_micros`)), 0)
    FROM `holds` LEFT JOIN `settlements` ON `settlements`.`hold_id` = `holds`.`id`
    WHERE `holds`.`user_id` = NEW.`user_id` AND `holds`.`created_at_ms` >= NEW.`created_at_ms` - NEW.`created_at_ms` % 86400000
  )
)
BEGIN SELECT RAISE(ABORT, 'spend_cap_reached'); END;
--> statement-breakpoint
CREATE TRIGGER `top_ups_stay_within_auto_cap` BEFORE INSERT ON `top_ups`
WHEN NEW.`source` = 'auto' AND EXISTS (
  SELECT 1 FROM `wallet_settings` WHERE `user_id` = NEW.`user_id` AND `auto_monthly_cap_cents` < NEW.`amount_cents` + (
    SELECT coalesce(sum(`amount_cents`), 0) FROM `top_ups`
    WHERE `user_id` = NEW.`user_id` AND `source` = 'auto' AND `state` NOT IN ('failed', 'expired')
      AND `created_at_ms` >= 1000 * strftime('%s', NEW.`created_at_ms` / 1000, 'unixepoch', 'start of month')
  )
)
BEGIN SELECT RAISE(ABORT, 'auto_top_up_cap_reached'); END;
--> statement-breakpoint
CREATE TRIGGER `goodwill_returns_a_capture` BEFORE INSERT ON `goodwill_refunds`
WHEN NOT EXISTS (
  SELECT 1 FROM `settlements` JOIN `holds` ON `holds`.`id` = `settlements`.`hold_id`
  WHERE `settlements`.`job_id` = NEW.`job_id` AND `settlements`.`outcome` = 'succeeded'
    AND `settlements`.`capture_micros` = NEW.`amount_micros` AND `settlements`.`capture_micros` > 0
    AND `holds`.`user_id` = NEW.`user_id` AND NEW.`promo_micros` = min(`holds`.`promo_micros`, `settlements`.`capture_micros`)
)
BEGIN SELECT RAISE(ABORT, 'goodwill_must_equal_capture'); END;
--> statement-breakpoint
CREATE TRIGGER `goodwill_refunds_no_update` BEFORE UPDATE ON `goodwill_refunds` BEGIN SELECT RAISE(ABORT, 'goodwill_refunds_are_immutable'); END;
--> statement-breakpoint
CREATE TRIGGER `goodwill_refunds_no_delete` BEFORE DELETE ON `goodwill_refunds` BEGIN SELECT RAISE(ABORT, 'goodwill_refunds_are_immutable'); END;
--> statement-breakpoint
CREATE TRIGGER `promo_grants_no_update` BEFORE UPDATE ON `promo_grants` BEGIN SELECT RAISE(ABORT, 'promo_grants_are_immutable'); END;
--> statement-breakpoint
CREATE TRIGGER `promo_grants_no_delete` BEFORE DELETE ON `promo_grants` BEGIN SELECT RAISE(ABORT, 'promo_grants_are_immutable'); END;
--> statement-breakpoint
-- Measurements of each class: the newest 200 say how fast the GPUs are now.
CREATE TRIGGER `calibration_keeps_the_newest` AFTER INSERT ON `calibration` BEGIN
  DELETE FROM `calibration` WHERE `job_id` IN (
    SELECT `job_id` FROM `calibration`
    WHERE `task` = NEW.`task` AND `model` = NEW.`model` AND `resolution_class` = NEW.`resolution_class` AND `gpu_class` = NEW.`gpu_class`
    ORDER BY `created_at_ms` DESC, `job_id` DESC LIMIT -1 OFFSET 200
  );
END;
