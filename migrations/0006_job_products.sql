-- Jobs succeed with a set of products instead of one video, and free ones have no hold. SQLite changes no constraint in place, so `jobs` is
-- made anew, and with it what refers to it: copied first, dropped from the leaves up, renamed last, so that no statement ever leaves a
-- reference hanging and foreign keys stay on (D1 cannot turn them off). Every trigger of the dropped tables is made again below.
-- Hand-written; each RAISE text is a name that lib/core/ledger/constraints.ts knows.

CREATE TABLE `__new_jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`task` text NOT NULL,
	`params_json` text NOT NULL,
	`asset_id` text NOT NULL,
	`input_etag` text NOT NULL,
	`quote_id` text NOT NULL,
	`hold_id` text,
	`state` text NOT NULL,
	`failure_code` text,
	`failure_message` text,
	`required_outputs_json` text DEFAULT '["video"]' NOT NULL,
	`expires_at_ms` integer,
	`created_at_ms` integer NOT NULL,
	`started_at_ms` integer,
	`finished_at_ms` integer,
	`updated_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`asset_id`) REFERENCES `assets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`quote_id`) REFERENCES `quotes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`hold_id`) REFERENCES `holds`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "job_failed_says_why" CHECK("__new_jobs"."state" <> 'failed' OR "__new_jobs"."failure_code" IS NOT NULL),
	CONSTRAINT "job_promises_products" CHECK(json_array_length("__new_jobs"."required_outputs_json") > 0),
	CONSTRAINT "job_without_hold_is_ingest" CHECK("__new_jobs"."hold_id" IS NOT NULL OR "__new_jobs"."task" = 'ingest'),
	CONSTRAINT "job_has_one_deadline" CHECK(("__new_jobs"."hold_id" IS NULL) = ("__new_jobs"."expires_at_ms" IS NOT NULL))
);
--> statement-breakpoint
INSERT INTO `__new_jobs` (`id`, `user_id`, `task`, `params_json`, `asset_id`, `input_etag`, `quote_id`, `hold_id`, `state`, `failure_code`, `failure_message`, `created_at_ms`, `started_at_ms`, `finished_at_ms`, `updated_at_ms`)
  SELECT `id`, `user_id`, `task`, `params_json`, `asset_id`, `input_etag`, `quote_id`, `hold_id`, `state`, `failure_code`, `failure_message`, `created_at_ms`, `started_at_ms`, `finished_at_ms`, `updated_at_ms` FROM `jobs`;
--> statement-breakpoint
CREATE TABLE `__new_segments` (
	`id` text PRIMARY KEY NOT NULL,
	`job_id` text NOT NULL,
	`position` integer NOT NULL,
	`start_time_s` real,
	`end_time_s` real,
	FOREIGN KEY (`job_id`) REFERENCES `__new_jobs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_segments` (`id`, `job_id`, `position`, `start_time_s`, `end_time_s`)
  SELECT `id`, `job_id`, `position`, `start_time_s`, `end_time_s` FROM `segments`;
--> statement-breakpoint
CREATE TABLE `__new_attempts` (
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
	FOREIGN KEY (`job_id`) REFERENCES `__new_jobs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`segment_id`) REFERENCES `__new_segments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_attempts` (`id`, `job_id`, `segment_id`, `number`, `state`, `endpoint_id`, `runpod_job_id`, `worker_id`, `not_before_ms`, `dispatched_at_ms`, `claimed_at_ms`, `status_read_at_ms`, `ended_at_ms`, `progress_seq`, `progress_stage`, `progress_percent`, `progress_frame`, `progress_frames_total`, `progress_fps`, `progress_message`, `progress_at_ms`, `output_targets_json`, `hint_json`, `output_json`, `error_code`, `error_message`, `execution_ms`, `delay_ms`, `created_at_ms`)
  SELECT `id`, `job_id`, `segment_id`, `number`, `state`, `endpoint_id`, `runpod_job_id`, `worker_id`, `not_before_ms`, `dispatched_at_ms`, `claimed_at_ms`, `status_read_at_ms`, `ended_at_ms`, `progress_seq`, `progress_stage`, `progress_percent`, `progress_frame`, `progress_frames_total`, `progress_fps`, `progress_message`, `progress_at_ms`, `output_targets_json`, `hint_json`, `output_json`, `error_code`, `error_message`, `execution_ms`, `delay_ms`, `created_at_ms` FROM `attempts`;
--> statement-breakpoint
CREATE TABLE `__new_job_events` (
	`id` text PRIMARY KEY NOT NULL,
	`job_id` text NOT NULL,
	`attempt_id` text,
	`subject` text NOT NULL,
	`event` text NOT NULL,
	`from_state` text,
	`to_state` text NOT NULL,
	`detail` text,
	`at_ms` integer NOT NULL,
	FOREIGN KEY (`job_id`) REFERENCES `__new_jobs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_job_events` (`id`, `job_id`, `attempt_id`, `subject`, `event`, `from_state`, `to_state`, `detail`, `at_ms`)
  SELECT `id`, `job_id`, `attempt_id`, `subject`, `event`, `from_state`, `to_state`, `detail`, `at_ms` FROM `job_events`;
--> statement-breakpoint
DROP TABLE `attempts`;
--> statement-breakpoint
DROP TABLE `segments`;
--> statement-breakpoint
DROP TABLE `job_events`;
--> statement-breakpoint
DROP TABLE `jobs`;
--> statement-breakpoint
ALTER TABLE `__new_jobs` RENAME TO `jobs`;
--> statement-breakpoint
ALTER TABLE `__new_segments` RENAME TO `segments`;
--> statement-breakpoint
ALTER TABLE `__new_attempts` RENAME TO `attempts`;
--> statement-breakpoint
ALTER TABLE `__new_job_events` RENAME TO `job_events`;
--> statement-breakpoint
CREATE INDEX `attempts_job` ON `attempts` (`job_id`);
--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_number_unique` ON `attempts` (`segment_id`,`number`);
--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_one_live` ON `attempts` (`segment_id`) WHERE state IN ('created', 'dispatching', 'dispatch_unknown', 'queued', 'running');
--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_runpod_unique` ON `attempts` (`endpoint_id`,`runpod_job_id`);
--> statement-breakpoint
CREATE INDEX `attempts_state` ON `attempts` (`state`,`created_at_ms`);
--> statement-breakpoint
CREATE INDEX `job_events_job` ON `job_events` (`job_id`,`at_ms`);
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_quote_unique` ON `jobs` (`quote_id`);
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_hold_unique` ON `jobs` (`hold_id`);
--> statement-breakpoint
CREATE INDEX `jobs_user` ON `jobs` (`user_id`,`created_at_ms`);
--> statement-breakpoint
CREATE INDEX `jobs_state` ON `jobs` (`state`,`updated_at_ms`);
--> statement-breakpoint
CREATE UNIQUE INDEX `segments_position_unique` ON `segments` (`job_id`,`position`);
--> statement-breakpoint
CREATE INDEX `attempts_unswept` ON `attempts` (`created_at_ms`) WHERE output_targets_json IS NOT NULL;
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
WHEN NEW.`state` IN ('succeeded', 'failed', 'canceled') AND OLD.`state` <> NEW.`state` AND NEW.`hold_id` IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM `settlements` WHERE `job_id` = NEW.`id` AND `outcome` = NEW.`state`)
BEGIN SELECT RAISE(ABORT, 'job_ends_with_settlement'); END;
--> statement-breakpoint
CREATE TRIGGER `attempts_end_once` BEFORE UPDATE OF `state` ON `attempts`
WHEN OLD.`state` IN ('completed', 'failed', 'timed_out', 'canceled', 'lost') AND NEW.`state` <> OLD.`state`
BEGIN SELECT RAISE(ABORT, 'attempt_ends_once'); END;
--> statement-breakpoint
CREATE TABLE `job_outputs` (
	`id` text PRIMARY KEY NOT NULL,
	`job_id` text NOT NULL,
	`asset_id` text NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`object_key` text NOT NULL,
	`etag` text NOT NULL,
	`bytes` integer NOT NULL,
	`sha256` text NOT NULL,
	`content_type` text NOT NULL,
	`summary_json` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`deleted_at_ms` integer,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`asset_id`) REFERENCES `assets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "job_output_has_bytes" CHECK("job_outputs"."bytes" > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `job_outputs_name_unique` ON `job_outputs` (`job_id`,`name`);
--> statement-breakpoint
CREATE UNIQUE INDEX `job_outputs_key_unique` ON `job_outputs` (`object_key`);
--> statement-breakpoint
CREATE INDEX `job_outputs_asset` ON `job_outputs` (`asset_id`,`kind`,`created_at_ms`);
--> statement-breakpoint
CREATE INDEX `job_outputs_user` ON `job_outputs` (`user_id`,`bytes`) WHERE deleted_at_ms IS NULL;
--> statement-breakpoint
INSERT INTO `job_outputs`
  (`id`, `job_id`, `asset_id`, `user_id`, `name`, `kind`, `object_key`, `etag`, `bytes`, `sha256`, `content_type`, `summary_json`, `created_at_ms`, `deleted_at_ms`)
SELECT 'out_' || a.`id`, a.`job_id`, a.`id`, a.`user_id`, 'video', 'video', a.`object_key`, a.`etag`, a.`bytes`,
  coalesce((SELECT json_extract(t.`output_json`, '$.outputs.video.sha256') FROM `attempts` t WHERE t.`job_id` = a.`job_id` AND t.`state` = 'completed'), ''),
  a.`content_type`, json_object('facts', json(a.`facts_json`)), a.`created_at_ms`, a.`deleted_at_ms`
FROM `assets` a JOIN `jobs` j ON j.`id` = a.`job_id`
WHERE a.`kind` = 'produced' AND a.`bytes` > 0 AND j.`state` = 'succeeded';
--> statement-breakpoint
CREATE TRIGGER `jobs_succeed_with_products` BEFORE UPDATE OF `state` ON `jobs`
WHEN NEW.`state` = 'succeeded' AND OLD.`state` <> 'succeeded' AND EXISTS (
  SELECT 1 FROM json_each(NEW.`required_outputs_json`) AS promised
  WHERE NOT EXISTS (SELECT 1 FROM `job_outputs` WHERE `job_id` = NEW.`id` AND `name` = promised.`value`)
)
BEGIN SELECT RAISE(ABORT, 'job_succeeds_with_products'); END;
--> statement-breakpoint
CREATE TRIGGER `jobs_keep_their_promise` BEFORE UPDATE OF `required_outputs_json`, `hold_id`, `task` ON `jobs`
WHEN NEW.`required_outputs_json` <> OLD.`required_outputs_json` OR NEW.`hold_id` IS NOT OLD.`hold_id` OR NEW.`task` <> OLD.`task`
BEGIN SELECT RAISE(ABORT, 'job_keeps_its_promise'); END;
--> statement-breakpoint
CREATE TRIGGER `job_outputs_come_with_success` BEFORE INSERT ON `job_outputs`
WHEN NOT EXISTS (SELECT 1 FROM `jobs` WHERE `id` = NEW.`job_id` AND `state` = 'finalizing')
BEGIN SELECT RAISE(ABORT, 'job_output_comes_with_success'); END;
--> statement-breakpoint
CREATE TRIGGER `job_outputs_are_final` BEFORE UPDATE OF `id`, `job_id`, `asset_id`, `user_id`, `name`, `kind`, `object_key`, `etag`, `bytes`, `sha256`
ON `job_outputs` BEGIN SELECT RAISE(ABORT, 'job_outputs_are_final'); END;
--> statement-breakpoint
DROP INDEX `assets_job_unique`;
--> statement-breakpoint
ALTER TABLE `assets` ADD `ingest` text;
--> statement-breakpoint
CREATE INDEX `assets_ingest` ON `assets` (`created_at_ms`) WHERE ingest = 'wanted';
--> statement-breakpoint
CREATE INDEX `assets_job` ON `assets` (`job_id`);
--> statement-breakpoint
ALTER TABLE `quotes` ADD `tracks_output_id` text;
