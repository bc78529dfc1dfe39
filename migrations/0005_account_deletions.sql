CREATE TABLE `account_deletions` (
	`user_id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`forfeit_micros` integer NOT NULL,
	`confirmed_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	`finished_at_ms` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deletion_forfeit_not_negative" CHECK("account_deletions"."forfeit_micros" >= 0),
	CONSTRAINT "deletion_done_has_time" CHECK(("account_deletions"."state" = 'done') = ("account_deletions"."finished_at_ms" IS NOT NULL))
);
--> statement-breakpoint
CREATE INDEX `account_deletions_open` ON `account_deletions` (`updated_at_ms`) WHERE state <> 'done';--> statement-breakpoint
ALTER TABLE `sessions` ADD `last_seen_at_ms` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `sessions_idle` ON `sessions` (`last_seen_at_ms`);--> statement-breakpoint
CREATE INDEX `users_staff` ON `users` (`role`) WHERE role <> 'user';