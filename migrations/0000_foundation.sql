CREATE TABLE `oauth_accounts` (
	`user_id` text NOT NULL,
	`type` text NOT NULL,
	`provider` text NOT NULL,
	`provider_account_id` text NOT NULL,
	`refresh_token` text,
	`access_token` text,
	`expires_at` integer,
	`token_type` text,
	`scope` text,
	`id_token` text,
	`session_state` text,
	PRIMARY KEY(`provider`, `provider_account_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`session_token` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`expires_ms` integer NOT NULL,
	`user_agent` text DEFAULT '' NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_id_unique` ON `sessions` (`id`);--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text,
	`email` text NOT NULL,
	`email_verified_ms` integer,
	`image` text,
	`role` text DEFAULT 'user' NOT NULL,
	`stripe_customer_id` text,
	`frozen_at_ms` integer,
	`created_at_ms` integer NOT NULL,
	`deleted_at_ms` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_unique` ON `users` (`email`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_stripe_customer_unique` ON `users` (`stripe_customer_id`);--> statement-breakpoint
CREATE TABLE `verification_tokens` (
	`identifier` text NOT NULL,
	`token` text NOT NULL,
	`expires_ms` integer NOT NULL,
	PRIMARY KEY(`identifier`, `token`)
);
--> statement-breakpoint
CREATE TABLE `attempts` (
	`id` text PRIMARY KEY NOT NULL,
	`job_id` text NOT NULL,
	`segment_id` text NOT NULL,
	`number` integer NOT NULL,
	`state` text NOT NULL,
	`endpoint_id` text NOT NULL,
	`runpod_job_id` text,
	`worker_id` text,
	`not_before_ms` integer NOT NULL,
	`dispatched_at_ms` integer,
	`claimed_at_ms` integer,
	`status_read_at_ms` integer,
	`ended_at_ms` integer,
	`progress_seq` integer DEFAULT -1 NOT NULL,
	`progress_stage` text,
	`progress_percent` real,
	`progress_frame` integer,
	`progress_frames_total` integer,
	`progress_fps` real,
	`progress_message` text,
	`progress_at_ms` integer,
	`output_targets_json` text,
	`hint_json` text,
	`output_json` text,
	`error_code` text,
	`error_message` text,
	`execution_ms` integer,
	`delay_ms` integer,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`segment_id`) REFERENCES `segments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `attempts_job` ON `attempts` (`job_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_number_unique` ON `attempts` (`segment_id`,`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_one_live` ON `attempts` (`segment_id`) WHERE state IN ('created', 'dispatching', 'dispatch_unknown', 'queued', 'running');--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_runpod_unique` ON `attempts` (`endpoint_id`,`runpod_job_id`);--> statement-breakpoint
CREATE INDEX `attempts_state` ON `attempts` (`state`,`created_at_ms`);--> statement-breakpoint
CREATE TABLE `job_events` (
	`id` text PRIMARY KEY NOT NULL,
	`job_id` text NOT NULL,
	`attempt_id` text,
	`subject` text NOT NULL,
	`event` text NOT NULL,
	`from_state` text,
	`to_state` text NOT NULL,
	`detail` text,
	`at_ms` integer NOT NULL,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `job_events_job` ON `job_events` (`job_id`,`at_ms`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`task` text NOT NULL,
	`params_json` text NOT NULL,
	`asset_id` text NOT NULL,
	`input_etag` text NOT NULL,
	`quote_id` text NOT NULL,
	`hold_id` text NOT NULL,
	`state` text NOT NULL,
	`failure_code` text,
	`failure_message` text,
	`output_asset_id` text,
	`created_at_ms` integer NOT NULL,
	`started_at_ms` integer,
	`finished_at_ms` integer,
	`updated_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`asset_id`) REFERENCES `assets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`quote_id`) REFERENCES `quotes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`hold_id`) REFERENCES `holds`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`output_asset_id`) REFERENCES `assets`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "job_failed_says_why" CHECK("jobs"."state" <> 'failed' OR "jobs"."failure_code" IS NOT NULL),
	CONSTRAINT "job_succeeded_has_output" CHECK("jobs"."state" <> 'succeeded' OR "jobs"."output_asset_id" IS NOT NULL)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_quote_unique` ON `jobs` (`quote_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_hold_unique` ON `jobs` (`hold_id`);--> statement-breakpoint
CREATE INDEX `jobs_user` ON `jobs` (`user_id`,`created_at_ms`);--> statement-breakpoint
CREATE INDEX `jobs_state` ON `jobs` (`state`,`updated_at_ms`);--> statement-breakpoint
CREATE TABLE `segments` (
	`id` text PRIMARY KEY NOT NULL,
	`job_id` text NOT NULL,
	`position` integer NOT NULL,
	`start_time_s` real,
	`end_time_s` real,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `segments_position_unique` ON `segments` (`job_id`,`position`);--> statement-breakpoint
CREATE TABLE `disputes` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`stripe_dispute_id` text NOT NULL,
	`charge_id` text NOT NULL,
	`status` text NOT NULL,
	`amount_micros` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `disputes_stripe_unique` ON `disputes` (`stripe_dispute_id`);--> statement-breakpoint
CREATE INDEX `disputes_user` ON `disputes` (`user_id`);--> statement-breakpoint
CREATE TABLE `holds` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`quote_id` text NOT NULL,
	`amount_micros` integer NOT NULL,
	`promo_micros` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`quote_id`) REFERENCES `quotes`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "hold_amount_positive" CHECK("holds"."amount_micros" > 0),
	CONSTRAINT "hold_promo_within_amount" CHECK("holds"."promo_micros" BETWEEN 0 AND "holds"."amount_micros")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `holds_quote_unique` ON `holds` (`quote_id`);--> statement-breakpoint
CREATE INDEX `holds_user` ON `holds` (`user_id`);--> statement-breakpoint
CREATE TABLE `ledger_accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text,
	`kind` text NOT NULL,
	`balance_micros` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "available_not_negative" CHECK("ledger_accounts"."kind" <> 'available' OR "ledger_accounts"."balance_micros" >= 0),
	CONSTRAINT "held_not_negative" CHECK("ledger_accounts"."kind" <> 'held' OR "ledger_accounts"."balance_micros" >= 0),
	CONSTRAINT "promo_not_negative" CHECK("ledger_accounts"."kind" <> 'promo' OR "ledger_accounts"."balance_micros" >= 0),
	CONSTRAINT "receivable_not_positive" CHECK("ledger_accounts"."kind" <> 'receivable' OR "ledger_accounts"."balance_micros" <= 0),
	CONSTRAINT "user_account_has_user" CHECK(("ledger_accounts"."kind" IN ('available', 'held', 'promo', 'receivable')) = ("ledger_accounts"."user_id" IS NOT NULL))
);
--> statement-breakpoint
CREATE INDEX `ledger_accounts_user` ON `ledger_accounts` (`user_id`);--> statement-breakpoint
CREATE TABLE `quotes` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`asset_id` text NOT NULL,
	`task` text NOT NULL,
	`params_json` text NOT NULL,
	`input_etag` text NOT NULL,
	`facts_json` text NOT NULL,
	`gpu_class` text NOT NULL,
	`rate_micros_per_second` integer NOT NULL,
	`markup_bps` integer NOT NULL,
	`minimum_micros` integer NOT NULL,
	`ceiling_micros` integer NOT NULL,
	`estimate_micros` integer NOT NULL,
	`expected_gpu_ms` integer NOT NULL,
	`execution_timeout_ms` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`asset_id`) REFERENCES `assets`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "quote_ceiling_positive" CHECK("quotes"."ceiling_micros" > 0)
);
--> statement-breakpoint
CREATE INDEX `quotes_user` ON `quotes` (`user_id`,`created_at_ms`);--> statement-breakpoint
CREATE TABLE `refunds` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`top_up_id` text NOT NULL,
	`stripe_refund_id` text,
	`state` text NOT NULL,
	`amount_micros` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`top_up_id`) REFERENCES `top_ups`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "refund_amount_positive" CHECK("refunds"."amount_micros" > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `refunds_stripe_unique` ON `refunds` (`stripe_refund_id`);--> statement-breakpoint
CREATE INDEX `refunds_user` ON `refunds` (`user_id`);--> statement-breakpoint
CREATE TABLE `settlements` (
	`id` text PRIMARY KEY NOT NULL,
	`hold_id` text NOT NULL,
	`job_id` text NOT NULL,
	`outcome` text NOT NULL,
	`capture_micros` integer NOT NULL,
	`release_micros` integer NOT NULL,
	`gpu_ms` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`hold_id`) REFERENCES `holds`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "settlement_capture_not_negative" CHECK("settlements"."capture_micros" >= 0),
	CONSTRAINT "settlement_release_not_negative" CHECK("settlements"."release_micros" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `settlements_hold_unique` ON `settlements` (`hold_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `settlements_job_unique` ON `settlements` (`job_id`);--> statement-breakpoint
CREATE TABLE `stripe_events` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`state` text NOT NULL,
	`payload_json` text NOT NULL,
	`error` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`created_at_ms` integer NOT NULL,
	`received_at_ms` integer NOT NULL,
	`handled_at_ms` integer
);
--> statement-breakpoint
CREATE INDEX `stripe_events_state` ON `stripe_events` (`state`,`received_at_ms`);--> statement-breakpoint
CREATE TABLE `top_ups` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`source` text NOT NULL,
	`state` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`click_id` text NOT NULL,
	`checkout_session_id` text,
	`checkout_url` text,
	`payment_intent_id` text,
	`charge_id` text,
	`livemode` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "top_up_amount_positive" CHECK("top_ups"."amount_cents" > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `top_ups_session_unique` ON `top_ups` (`checkout_session_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `top_ups_payment_intent_unique` ON `top_ups` (`payment_intent_id`);--> statement-breakpoint
CREATE INDEX `top_ups_user` ON `top_ups` (`user_id`,`created_at_ms`);--> statement-breakpoint
CREATE UNIQUE INDEX `top_ups_click_unique` ON `top_ups` (`user_id`,`click_id`);--> statement-breakpoint
CREATE INDEX `top_ups_state` ON `top_ups` (`state`,`created_at_ms`);--> statement-breakpoint
CREATE TABLE `transfers` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`debit_account_id` text NOT NULL,
	`credit_account_id` text NOT NULL,
	`amount_micros` integer NOT NULL,
	`cause_type` text NOT NULL,
	`cause_id` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`hold_id` text,
	`settlement_id` text,
	`user_id` text,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`debit_account_id`) REFERENCES `ledger_accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`credit_account_id`) REFERENCES `ledger_accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`hold_id`) REFERENCES `holds`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`settlement_id`) REFERENCES `settlements`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "transfer_amount_positive" CHECK("transfers"."amount_micros" > 0),
	CONSTRAINT "transfer_between_two_accounts" CHECK("transfers"."debit_account_id" <> "transfers"."credit_account_id"),
	CONSTRAINT "transfer_settles_with_settlement" CHECK(("transfers"."kind" IN ('capture', 'release')) = ("transfers"."settlement_id" IS NOT NULL)),
	CONSTRAINT "transfer_holds_with_hold" CHECK("transfers"."kind" NOT IN ('hold', 'capture', 'release') OR "transfers"."hold_id" IS NOT NULL)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `transfers_idempotency_unique` ON `transfers` (`idempotency_key`);--> statement-breakpoint
CREATE INDEX `transfers_user` ON `transfers` (`user_id`,`created_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `transfers_user_kind` ON `transfers` (`user_id`,`kind`,`created_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `transfers_settlement` ON `transfers` (`settlement_id`);--> statement-breakpoint
CREATE INDEX `transfers_cause` ON `transfers` (`cause_type`,`cause_id`);--> statement-breakpoint
CREATE INDEX `transfers_debit` ON `transfers` (`debit_account_id`);--> statement-breakpoint
CREATE INDEX `transfers_credit` ON `transfers` (`credit_account_id`);--> statement-breakpoint
CREATE TABLE `alarms` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL,
	`message` text NOT NULL,
	`raised_at_ms` integer NOT NULL,
	`last_seen_at_ms` integer NOT NULL,
	`count` integer DEFAULT 1 NOT NULL,
	`resolved_at_ms` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `alarms_key_unique` ON `alarms` (`key`);--> statement-breakpoint
CREATE INDEX `alarms_open` ON `alarms` (`resolved_at_ms`,`raised_at_ms`);--> statement-breakpoint
CREATE TABLE `audit_log` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`action` text NOT NULL,
	`subject_id` text NOT NULL,
	`detail` text,
	`at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_log_subject` ON `audit_log` (`subject_id`,`at_ms`);--> statement-breakpoint
CREATE TABLE `cursors` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`updated_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `rate_limits` (
	`key` text PRIMARY KEY NOT NULL,
	`window_start_ms` integer NOT NULL,
	`count` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `switches` (
	`key` text PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`set_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `assets` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`file_name` text NOT NULL,
	`object_key` text NOT NULL,
	`poster_key` text,
	`etag` text,
	`bytes` integer NOT NULL,
	`content_type` text NOT NULL,
	`facts_json` text,
	`problem_code` text,
	`problem_message` text,
	`job_id` text,
	`created_at_ms` integer NOT NULL,
	`expires_at_ms` integer,
	`deleted_at_ms` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "asset_ready_has_facts" CHECK("assets"."state" <> 'ready' OR ("assets"."etag" IS NOT NULL AND "assets"."facts_json" IS NOT NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `assets_key_unique` ON `assets` (`object_key`);--> statement-breakpoint
CREATE INDEX `assets_user` ON `assets` (`user_id`,`created_at_ms`);--> statement-breakpoint
CREATE INDEX `assets_expiry` ON `assets` (`expires_at_ms`);--> statement-breakpoint
CREATE UNIQUE INDEX `assets_job_unique` ON `assets` (`job_id`);--> statement-breakpoint
CREATE TABLE `uploads` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`asset_id` text NOT NULL,
	`state` text NOT NULL,
	`multipart_id` text NOT NULL,
	`part_bytes` integer NOT NULL,
	`bytes` integer NOT NULL,
	`fingerprint` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`asset_id`) REFERENCES `assets`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "upload_part_size" CHECK("uploads"."part_bytes" >= 5242880)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `uploads_asset_unique` ON `uploads` (`asset_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `uploads_open_fingerprint` ON `uploads` (`user_id`,`fingerprint`) WHERE state = 'open';