import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { restoreProject } from '#lib/services/projects/restore-project.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().max(64) })

export const POST = route({ auth: 'user', params: Params }, async ({ ctx, params }) =>
  restoreProject({ ctx, input: { projectId: params.id } }),
)
