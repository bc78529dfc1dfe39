import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** What an operator must look at. The key makes one alarm per cause, however often it is raised. */
export const alarms = sqliteTable(
  'alarms',
  {
    id: text('id').primaryKey(),
    key: text('key').notNull().unique('alarms_key_unique'),
    kind: text('kind').notNull(),
    message: text('message').notNull(),
    raisedAtMs: integer('raised_at_ms').notNull(),
    lastSeenAtMs: integer('last_seen_at_ms').notNull(),
    count: integer('count').notNull().default(1),
    resolvedAtMs: integer('resolved_at_ms'),
  },
  (t) => [index('alarms_open').on(t.resolvedAtMs, t.raisedAtMs)],
)

/** Who changed what, for writes that matter. */
export const auditLog = sqliteTable(
  'audit_log',
  {
    id: text('id').primaryKey(),
    actorId: text('actor_id').notNull(),
    action: text('action').notNull(),
    subjectId: text('subject_id').notNull(),
    detail: text('detail'),
    atMs: integer('at_ms').notNull(),
  },
  (t) => [index('audit_log_subject').on(t.subjectId, t.atMs)],
)

/** Fixed windows per key (`sign_in:<ip>`, `top_up:<user>` …). */
export const rateLimits = sqliteTable(
  'rate_limits',
  {
    key: text('key').primaryKey(),
    windowStartMs: integer('window_start_ms').notNull(),
    count: integer('count').notNull(),
  },
  (t) => [index('rate_limits_window').on(t.windowStartMs)],
)

/** Kill switches: a row pauses a task or a model. */
export const switches = sqliteTable('switches', {
  /** `task:upscale`, `model:rlfn_x4`. */
  key: text('key').primaryKey(),
  reason: text('reason').notNull(),
  setAtMs: integer('set_at_ms').notNull(),
})

/** Where a periodic reader stopped, e.g. the newest Stripe event seen. */
export const cursors = sqliteTable('cursors', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
  updatedAtMs: integer('updated_at_ms').notNull(),
})
