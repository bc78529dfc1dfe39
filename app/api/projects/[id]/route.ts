import { z } from 'zod'
import { type ProjectConflict, RenameProject, SaveProject } from '#lib/contracts/api/projects.ts'
import { MAX_PROJECT_BYTES } from '#lib/contracts/project.ts'
import { json, route } from '#lib/platform/route.ts'
import { deleteProject } from '#lib/services/projects/delete-project.ts'
import { readProject } from '#lib/services/projects/read-project.ts'
import { renameProject } from '#lib/services/projects/rename-project.ts'
import { saveProject } from '#lib/services/projects/save-project.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().max(64) })
/** Room for the fields around the document, and for characters that JSON writes longer. */
const MAX_BODY_BYTES = MAX_PROJECT_BYTES + 200_000

export const GET = route({ auth: 'user', params: Params }, async ({ ctx, params }) =>
  readProject({ ctx, input: { projectId: params.id } }),
)

export const PUT = route(
  { auth: 'user', params: Params, body: SaveProject, maxBodyBytes: MAX_BODY_BYTES },
  async ({ ctx, params, body }) => {
    const outcome = await saveProject({ ctx, input: { ...body, projectId: params.id } })
    if ('saved' in outcome) return outcome.saved
    const conflict: ProjectConflict = {
      code: 'project_changed',
      message: 'Someone saved this project in between.',
      project: outcome.changed,
    }
    return json(conflict, 409)
  },
)

export const PATCH = route({ auth: 'user', params: Params, body: RenameProject }, async ({ ctx, params, body }) =>
  renameProject({ ctx, input: { projectId: params.id, name: body.name } }),
)

export const DELETE = route({ auth: 'user', params: Params }, async ({ ctx, params }) => {
  await deleteProject({ ctx, input: { projectId: params.id } })
  return new Response(null, { status: 204 })
})
