import { z } from 'zod'
import { CopyProject } from '#lib/contracts/api/projects.ts'
import { MAX_PROJECT_BYTES } from '#lib/contracts/project.ts'
import { route } from '#lib/platform/route.ts'
import { copyProject } from '#lib/services/projects/copy-project.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().max(64) })

export const POST = route(
  { auth: 'user', params: Params, body: CopyProject, maxBodyBytes: MAX_PROJECT_BYTES + 200_000 },
  async ({ ctx, params, body }) => copyProject({ ctx, input: { ...body, projectId: params.id } }),
)
