CREATE TABLE `calibration` (
	`job_id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`task` text NOT NULL,
	`model` text NOT NULL,
	`resolution_class` text NOT NULL,
	`gpu_class` text NOT NULL,
	`work_seconds` real NOT NULL,
	`gpu_ms` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "calibration_is_positive" CHECK("calibration"."work_seconds" > 0 AND "calibration"."gpu_ms" > 0)
);
--> statement-breakpoint
CREATE INDEX `calibration_class` ON `calibration` (`task`,`model`,`resolution_class`,`gpu_class`,`created_at_ms`,`job_id`);--> statement-breakpoint
CREATE TABLE `goodwill_refunds` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`job_id` text NOT NULL,
	`amount_micros` integer NOT NULL,
	`promo_micros` integer NOT NULL,
	`reason` text NOT NULL,
	`note` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "goodwill_promo_within_amount" CHECK("goodwill_refunds"."promo_micros" BETWEEN 0 AND "goodwill_refunds"."amount_micros")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `goodwill_refunds_job_unique` ON `goodwill_refunds` (`job_id`);--> statement-breakpoint
CREATE INDEX `goodwill_refunds_user` ON `goodwill_refunds` (`user_id`,`created_at_ms`);--> statement-breakpoint
CREATE TABLE `promo_grants` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`claim_key` text,
	`amount_micros` integer NOT NULL,
	`reason` text NOT NULL,
	`actor_id` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "promo_grant_positive" CHECK("promo_grants"."amount_micros" > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `promo_grants_claim_unique` ON `promo_grants` (`claim_key`);--> statement-breakpoint
CREATE INDEX `promo_grants_user` ON `promo_grants` (`user_id`,`created_at_ms`);--> statement-breakpoint
CREATE TABLE `saved_cards` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`payment_method_id` text NOT NULL,
	`state` text NOT NULL,
	`brand` text NOT NULL,
	`last4` text NOT NULL,
	`exp_month` integer NOT NULL,
	`exp_year` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `saved_cards_method_unique` ON `saved_cards` (`payment_method_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `saved_cards_one_active` ON `saved_cards` (`user_id`) WHERE state = 'active';--> statement-breakpoint
CREATE INDEX `saved_cards_removing` ON `saved_cards` (`created_at_ms`) WHERE state = 'removing';--> statement-breakpoint
CREATE TABLE `wallet_settings` (
	`user_id` text PRIMARY KEY NOT NULL,
	`spend_cap_micros` integer,
	`low_balance_micros` integer,
	`low_balance_state` text DEFAULT 'armed' NOT NULL,
	`low_balance_crossings` integer DEFAULT 0 NOT NULL,
	`auto_state` text DEFAULT 'off' NOT NULL,
	`auto_threshold_micros` integer,
	`auto_amount_cents` integer,
	`auto_monthly_cap_cents` integer,
	`auto_declines` integer DEFAULT 0 NOT NULL,
	`auto_next_at_ms` integer DEFAULT 0 NOT NULL,
	`updated_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "spend_cap_not_negative" CHECK("wallet_settings"."spend_cap_micros" >= 0),
	CONSTRAINT "low_balance_positive" CHECK("wallet_settings"."low_balance_micros" > 0),
	CONSTRAINT "auto_top_up_complete" CHECK("wallet_settings"."auto_state" = 'off' OR (coalesce("wallet_settings"."auto_threshold_micros", 0) > 0 AND coalesce("wallet_settings"."auto_amount_cents", 0) > 0 AND coalesce("wallet_settings"."auto_monthly_cap_cents", 0) >= "wallet_settings"."auto_amount_cents"))
);
--> statement-breakpoint
ALTER TABLE `quotes` ADD `work_seconds` real;--> statement-breakpoint
ALTER TABLE `quotes` ADD `calibration_json` text;--> statement-breakpoint
ALTER TABLE `top_ups` ADD `card_state` text;--> statement-breakpoint
ALTER TABLE `top_ups` ADD `failure_code` text;--> statement-breakpoint
CREATE UNIQUE INDEX `top_ups_one_auto_in_flight` ON `top_ups` (`user_id`) WHERE source = 'auto' AND state IN ('created', 'open', 'processing');--> statement-breakpoint
CREATE INDEX `top_ups_card_asked` ON `top_ups` (`created_at_ms`) WHERE card_state = 'asked';--> statement-breakpoint
CREATE INDEX `holds_user_day` ON `holds` (`user_id`,`created_at_ms`);