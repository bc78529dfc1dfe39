import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { MAX_PROJECT_BYTES } from '#lib/contracts/project.ts'
import { users } from './accounts.ts'
import { assets } from './uploads.ts'

/** An editor project: one document, replaced as a whole by each save. */
export const projects = sqliteTable(
  'projects',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    assetId: text('asset_id')
      .notNull()
      .references(() => assets.id),
    name: text('name').notNull(),
    /** Rises by one with each save; a save names the one it is based on. */
    revision: integer('revision').notNull(),
    /** Which save wrote this revision: one whose answer was lost is known again when it is repeated. */
    saveId: text('save_id').notNull(),
    documentJson: text('document_json').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    updatedAtMs: integer('updated_at_ms').notNull(),
    /** Deleted projects can be restored until the sweep takes them. */
    deletedAtMs: integer('deleted_at_ms'),
  },
  (t) => [
    index('projects_user').on(t.userId, t.updatedAtMs),
    index('projects_deleted').on(t.deletedAtMs).where(sql`deleted_at_ms IS NOT NULL`),
    check(
      'project_document_bounded',
      sql`length(CAST(${t.documentJson} AS BLOB)) <= ${sql.raw(String(MAX_PROJECT_BYTES))}`,
    ),
  ],
)

/** Earlier documents of a project, thinned with age (lib/core/project/thin-versions.ts). */
export const projectVersions = sqliteTable(
  'project_versions',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    revision: integer('revision').notNull(),
    documentJson: text('document_json').notNull(),
    /** When the revision was made. */
    savedAtMs: integer('saved_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.revision] })],
)
