import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { readVersion } from '#lib/services/projects/read-version.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().max(64), revision: z.coerce.number().int().positive() })

export const GET = route({ auth: 'user', params: Params }, async ({ ctx, params }) =>
  readVersion({ ctx, input: { projectId: params.id, revision: params.revision } }),
)
