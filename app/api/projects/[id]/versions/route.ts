import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { listVersions } from '#lib/services/projects/list-versions.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().max(64) })

export const GET = route({ auth: 'user', params: Params }, async ({ ctx, params }) =>
  listVersions({ ctx, input: { projectId: params.id } }),
)
