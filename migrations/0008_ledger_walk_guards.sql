-- What a user has paid is counted as it is paid. Hand-written, like 0001: each RAISE text is a name that lib/core/ledger/constraints.ts knows.

CREATE TRIGGER `transfers_count_captures` AFTER INSERT ON `transfers` WHEN NEW.`kind` = 'capture' AND NEW.`user_id` IS NOT NULL BEGIN
  INSERT INTO `wallet_totals` (`user_id`, `captured_micros`) VALUES (NEW.`user_id`, NEW.`amount_micros`)
    ON CONFLICT (`user_id`) DO UPDATE SET `captured_micros` = `captured_micros` + excluded.`captured_micros`;
END;
--> statement-breakpoint
INSERT INTO `wallet_totals` (`user_id`, `captured_micros`)
  SELECT `user_id`, sum(`amount_micros`) FROM `transfers` WHERE `kind` = 'capture' AND `user_id` IS NOT NULL GROUP BY `user_id`;
--> statement-breakpoint
-- What is held is the sum of the open holds: nothing but a hold and its settlement moves it.
CREATE TRIGGER `held_moves_with_holds` BEFORE INSERT ON `transfers`
WHEN NEW.`kind` NOT IN ('hold', 'capture', 'release')
  AND (substr(NEW.`debit_account_id`, -5) = ':held' OR substr(NEW.`credit_account_id`, -5) = ':held')
BEGIN SELECT RAISE(ABORT, 'held_moves_with_holds'); END;
--> statement-breakpoint
INSERT INTO `ledger_walk` (`id`, `mark`, `again_mark`, `walk`, `after_account`, `compares_walks`) VALUES ('ledger', 0, 0, 1, '', 0);
