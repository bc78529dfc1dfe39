import { z } from 'zod'
import { ErrorBody } from '#lib/contracts/errors.ts'
import { AssetView } from './uploads.ts'

/** Deleted projects can be restored for so long. */
export const PROJECT_RESTORE_DAYS = 30
export const MAX_PROJECTS = 1000

export const ProjectName = z.string().trim().min(1).max(120)
const SaveId = z.string().regex(/^[\w-]{8,64}$/)

/**
 * A document as JSON of whatever version wrote it. Readers open it with `openDocument` (lib/core/project): an old tab can so tell a
 * newer document from a damaged one.
 */
const DocumentJson = z.record(z.string(), z.unknown())

export const CreateProject = z.strictObject({ asset_id: z.string().min(1).max(64), name: ProjectName.optional() })
export type CreateProject = z.infer<typeof CreateProject>

export const SaveProject = z.strictObject({
  document: DocumentJson,
  /** The revision this document was made from. */
  base_revision: z.number().int().positive(),
  /** Made by the tab for this save and repeated with it: a save that arrives twice counts once. */
  save_id: SaveId,
  /** Keeps what the save replaces as a version, however new that is: for saving over somebody's work on purpose. */
  keep_replaced: z.boolean().default(false),
})
export type SaveProject = z.infer<typeof SaveProject>

export const RenameProject = z.strictObject({ name: ProjectName })

/** Without a document it copies the saved one. */
export const CopyProject = z.strictObject({ name: ProjectName.optional(), document: DocumentJson.optional() })
export type CopyProject = z.infer<typeof CopyProject>

export const ProjectSummary = z.strictObject({
  id: z.string(),
  name: z.string(),
  revision: z.number().int(),
  created_at_ms: z.number().int(),
  updated_at_ms: z.number().int(),
  /** Set while it can be restored. */
  deleted_at_ms: z.number().int().nullable(),
  /** The source; null once it is gone. */
  asset: AssetView.nullable(),
})
export type ProjectSummary = z.infer<typeof ProjectSummary>

export const ProjectView = ProjectSummary.extend({
  document: DocumentJson,
  /** Which save wrote this revision: a tab knows its own by it, though the answer was lost. */
  save_id: z.string(),
})
export type ProjectView = z.infer<typeof ProjectView>

export const SavedProject = z.strictObject({ revision: z.number().int(), updated_at_ms: z.number().int() })
export type SavedProject = z.infer<typeof SavedProject>

/** The body of `project_changed`: somebody saved in between, and this is what they saved. */
export const ProjectConflict = ErrorBody.extend({ project: ProjectView })
export type ProjectConflict = z.infer<typeof ProjectConflict>

export const ProjectList = z.strictObject({ projects: z.array(ProjectSummary), next_cursor: z.string().nullable() })
export type ProjectList = z.infer<typeof ProjectList>

export const ProjectVersion = z.strictObject({ revision: z.number().int(), saved_at_ms: z.number().int() })
export const ProjectVersionList = z.strictObject({ versions: z.array(ProjectVersion) })
export type ProjectVersionList = z.infer<typeof ProjectVersionList>

/** One earlier state. Bringing it back is an edit like any other: the tab puts it into the document, undoable, and saves. */
export const ProjectVersionView = ProjectVersion.extend({ document: DocumentJson })
export type ProjectVersionView = z.infer<typeof ProjectVersionView>
