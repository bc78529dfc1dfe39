CREATE TABLE `stripe_balance_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`source_id` text,
	`payment_intent_id` text,
	`amount_cents` integer NOT NULL,
	`fee_cents` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	`read_at_ms` integer NOT NULL,
	`matched_at_ms` integer
);
--> statement-breakpoint
CREATE INDEX `stripe_balance_unmatched` ON `stripe_balance_entries` (`read_at_ms`) WHERE matched_at_ms IS NULL;--> statement-breakpoint
ALTER TABLE `disputes` ADD `top_up_id` text REFERENCES top_ups(id);--> statement-breakpoint
ALTER TABLE `disputes` ADD `state` text DEFAULT 'open' NOT NULL;--> statement-breakpoint
ALTER TABLE `disputes` ADD `reason` text;--> statement-breakpoint
ALTER TABLE `disputes` ADD `evidence_due_at_ms` integer;--> statement-breakpoint
CREATE INDEX `disputes_top_up` ON `disputes` (`top_up_id`);--> statement-breakpoint
CREATE INDEX `disputes_open` ON `disputes` (`user_id`) WHERE state = 'open';--> statement-breakpoint
ALTER TABLE `refunds` ADD `tax_cents` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `refunds` ADD `origin` text DEFAULT 'user' NOT NULL;--> statement-breakpoint
ALTER TABLE `refunds` ADD `click_id` text;--> statement-breakpoint
ALTER TABLE `refunds` ADD `failure_code` text;--> statement-breakpoint
ALTER TABLE `refunds` ADD `sent_at_ms` integer;--> statement-breakpoint
CREATE INDEX `refunds_top_up` ON `refunds` (`top_up_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `refunds_click_unique` ON `refunds` (`user_id`,`click_id`,`top_up_id`);--> statement-breakpoint
CREATE INDEX `refunds_unsent` ON `refunds` (`created_at_ms`) WHERE state = 'requested';--> statement-breakpoint
ALTER TABLE `top_ups` ADD `tax_cents` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `top_ups` ADD `paid_with` text;--> statement-breakpoint
ALTER TABLE `top_ups` ADD `receipt_url` text;--> statement-breakpoint
ALTER TABLE `top_ups` ADD `invoice_url` text;