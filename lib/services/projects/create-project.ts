import type { CreateProject, ProjectView } from '#lib/contracts/api/projects.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { newProject } from '#lib/core/project/new-project.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { findAsset } from '#lib/services/uploads/find-asset.ts'
import { storedJson } from './document-json.ts'
import { insertProject } from './insert-project.ts'
import { projectView } from './project-view.ts'

/**
 * A project on one of the user's videos, which may still be uploading. Throws AppError `not_found`, `corrupt_media` (the video was
 * refused), `limit_exceeded`.
 */
export async function createProject({ ctx, input }: { ctx: UserCtx; input: CreateProject }): Promise<ProjectView> {
  const asset = await findAsset({ ctx, input: { assetId: input.asset_id } })
  if (asset.state === 'rejected') {
    throw new AppError('corrupt_media', 'This video could not be read, so it cannot be edited.', { field: 'asset_id' })
  }
  const name = input.name ?? nameOf(asset.fileName)
  const row = await insertProject({
    ctx,
    input: { assetId: asset.id, name, documentJson: storedJson(newProject(asset.id)) },
  })
  return await projectView({ ctx, row })
}

/** The file's name without its extension. */
function nameOf(fileName: string): string {
  const stem = fileName.replace(/\.\w{1,5}$/, '').trim()
  return (stem || fileName).slice(0, 120)
}
