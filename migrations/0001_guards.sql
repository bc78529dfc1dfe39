-- Guards that belong in the database itself: no code path, however wrong, can get past them.
-- Hand-written. Each RAISE text is a name that lib/core/ledger/constraints.ts knows.

CREATE TRIGGER `transfers_move_balances` AFTER INSERT ON `transfers` BEGIN
  UPDATE `ledger_accounts` SET `balance_micros` = `balance_micros` - NEW.`amount_micros` WHERE `id` = NEW.`debit_account_id`;
  UPDATE `ledger_accounts` SET `balance_micros` = `balance_micros` + NEW.`amount_micros` WHERE `id` = NEW.`credit_account_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `transfers_no_update` BEFORE UPDATE ON `transfers` BEGIN SELECT RAISE(ABORT, 'transfers_are_immutable'); END;
--> statement-breakpoint
CREATE TRIGGER `transfers_no_delete` BEFORE DELETE ON `transfers` BEGIN SELECT RAISE(ABORT, 'transfers_are_immutable'); END;
--> statement-breakpoint
CREATE TRIGGER `holds_no_update` BEFORE UPDATE ON `holds` BEGIN SELECT RAISE(ABORT, 'holds_are_immutable'); END;
--> statement-breakpoint
CREATE TRIGGER `holds_no_delete` BEFORE DELETE ON `holds` BEGIN SELECT RAISE(ABORT, 'holds_are_immutable'); END;
--> statement-breakpoint
CREATE TRIGGER `settlements_no_update` BEFORE UPDATE ON `settlements` BEGIN SELECT RAISE(ABORT, 'settlements_are_immutable'); END;
--> statement-breakpoint
CREATE TRIGGER `settlements_no_delete` BEFORE DELETE ON `settlements` BEGIN SELECT RAISE(ABORT, 'settlements_are_immutable'); END;
--> statement-breakpoint
CREATE TRIGGER `settlements_resolve_hold_exactly` BEFORE INSERT ON `settlements`
WHEN NEW.`capture_micros` + NEW.`release_micros` IS NOT (SELECT `amount_micros` FROM `holds` WHERE `id` = NEW.`hold_id`)
BEGIN SELECT RAISE(ABORT, 'settlement_must_equal_hold'); END;
--> statement-breakpoint
CREATE TRIGGER `ledger_accounts_no_delete` BEFORE DELETE ON `ledger_accounts` BEGIN SELECT RAISE(ABORT, 'ledger_accounts_are_permanent'); END;
--> statement-breakpoint
CREATE TRIGGER `ledger_accounts_open_empty` BEFORE INSERT ON `ledger_accounts` WHEN NEW.`balance_micros` <> 0
BEGIN SELECT RAISE(ABORT, 'ledger_accounts_open_empty'); END;
--> statement-breakpoint
CREATE TRIGGER `ledger_accounts_keep_identity` BEFORE UPDATE OF `id`, `kind`, `user_id` ON `ledger_accounts`
BEGIN SELECT RAISE(ABORT, 'ledger_accounts_are_permanent'); END;
--> statement-breakpoint
CREATE TRIGGER `jobs_state_is_monotonic` BEFORE UPDATE OF `state` ON `jobs`
WHEN NOT (
  OLD.`state` = NEW.`state`
  OR (OLD.`state` = 'queued' AND NEW.`state` IN ('running', 'failed', 'canceled'))
  OR (OLD.`state` = 'running' AND NEW.`state` IN ('finalizing', 'failed', 'canceled'))
  OR (OLD.`state` = 'finalizing' AND NEW.`state` IN ('succeeded', 'failed'))
)
BEGIN SELECT RAISE(ABORT, 'job_state_is_monotonic'); END;
--> statement-breakpoint
CREATE TRIGGER `jobs_end_with_settlement` BEFORE UPDATE OF `state` ON `jobs`
WHEN NEW.`state` IN ('succeeded', 'failed', 'canceled') AND OLD.`state` <> NEW.`state`
  AND NOT EXISTS (SELECT 1 FROM `settlements` WHERE `job_id` = NEW.`id` AND `outcome` = NEW.`state`)
BEGIN SELECT RAISE(ABORT, 'job_ends_with_settlement'); END;
--> statement-breakpoint
CREATE TRIGGER `attempts_end_once` BEFORE UPDATE OF `state` ON `attempts`
WHEN OLD.`state` IN ('completed', 'failed', 'timed_out', 'canceled', 'lost') AND NEW.`state` <> OLD.`state`
BEGIN SELECT RAISE(ABORT, 'attempt_ends_once'); END;
--> statement-breakpoint
INSERT INTO `ledger_accounts` (`id`, `kind`) VALUES
  ('system:stripe_clearing', 'stripe_clearing'),
  ('system:stripe_fees', 'stripe_fees'),
  ('system:bank', 'bank'),
  ('system:refund_pending', 'refund_pending'),
  ('system:revenue', 'revenue'),
  ('system:runpod_prepaid', 'runpod_prepaid'),
  ('system:gpu_cost', 'gpu_cost'),
  ('system:tax_payable', 'tax_payable'),
  ('system:bad_debt', 'bad_debt'),
  ('system:promo_expense', 'promo_expense'),
  ('system:adjustments', 'adjustments');
