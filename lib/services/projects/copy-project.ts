import type { CopyProject, ProjectView } from '#lib/contracts/api/projects.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { documentJson } from './document-json.ts'
import { findProject } from './find-project.ts'
import { insertProject } from './insert-project.ts'
import { projectView } from './project-view.ts'

/**
 * A new project with the saved document of another, or with the one that is sent: how a tab keeps its work when somebody else saved
 * first. Throws AppError `not_found`, `invalid_request`, `limit_exceeded`.
 */
export async function copyProject({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: CopyProject & { projectId: string }
}): Promise<ProjectView> {
  const row = await findProject({ ctx, input })
  const document = input.document === undefined ? row.documentJson : documentJson(input.document, row.assetId)
  const name = input.name ?? `${row.name.slice(0, 113)} (copy)`
  const copy = await insertProject({ ctx, input: { assetId: row.assetId, name, documentJson: document } })
  return await projectView({ ctx, row: copy })
}
