ALTER TABLE `assets` ADD `check_attempts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `assets` ADD `check_started_at_ms` integer;--> statement-breakpoint
CREATE INDEX `assets_checking` ON `assets` (`created_at_ms`) WHERE state = 'checking';--> statement-breakpoint
CREATE INDEX `assets_unpurged` ON `assets` (`created_at_ms`) WHERE deleted_at_ms IS NULL AND state IN ('deleted', 'rejected');--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_ms`);--> statement-breakpoint
CREATE INDEX `verification_tokens_expiry` ON `verification_tokens` (`expires_ms`);--> statement-breakpoint
CREATE INDEX `quotes_expiry` ON `quotes` (`expires_at_ms`);--> statement-breakpoint
CREATE INDEX `rate_limits_window` ON `rate_limits` (`window_start_ms`);--> statement-breakpoint
CREATE INDEX `uploads_open_expiry` ON `uploads` (`expires_at_ms`) WHERE state = 'open';--> statement-breakpoint
CREATE INDEX `uploads_aborting` ON `uploads` (`created_at_ms`) WHERE state = 'aborting';