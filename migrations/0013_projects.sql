CREATE TABLE `project_versions` (
	`project_id` text NOT NULL,
	`revision` integer NOT NULL,
	`document_json` text NOT NULL,
	`saved_at_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `revision`),
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `projects` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`asset_id` text NOT NULL,
	`name` text NOT NULL,
	`revision` integer NOT NULL,
	`save_id` text NOT NULL,
	`document_json` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	`deleted_at_ms` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`asset_id`) REFERENCES `assets`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "project_document_bounded" CHECK(length(CAST("projects"."document_json" AS BLOB)) <= 1000000)
);
--> statement-breakpoint
CREATE INDEX `projects_user` ON `projects` (`user_id`,`updated_at_ms`);--> statement-breakpoint
CREATE INDEX `projects_deleted` ON `projects` (`deleted_at_ms`) WHERE deleted_at_ms IS NOT NULL;