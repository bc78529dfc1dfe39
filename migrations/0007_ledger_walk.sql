CREATE TABLE `ledger_sums` (
	`account_id` text PRIMARY KEY NOT NULL,
	`sum_micros` integer NOT NULL,
	`again_micros` integer NOT NULL,
	`again_walk` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `ledger_walk` (
	`id` text PRIMARY KEY NOT NULL,
	`mark` integer NOT NULL,
	`again_mark` integer NOT NULL,
	`walk` integer NOT NULL,
	`after_account` text NOT NULL,
	`compares_walks` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `wallet_totals` (
	`user_id` text PRIMARY KEY NOT NULL,
	`captured_micros` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
