import { z } from 'zod'
import { CreateProject } from '#lib/contracts/api/projects.ts'
import { route } from '#lib/platform/route.ts'
import { createProject } from '#lib/services/projects/create-project.ts'
import { listProjects } from '#lib/services/projects/list-projects.ts'

export const runtime = 'edge'

const Query = z.strictObject({
  cursor: z.string().max(100).optional(),
  asset_id: z.string().max(64).optional(),
  deleted: z.stringbool().optional(),
})

export const GET = route({ auth: 'user', query: Query }, async ({ ctx, query }) =>
  listProjects({ ctx, input: { cursor: query.cursor, assetId: query.asset_id, deleted: query.deleted } }),
)

export const POST = route({ auth: 'user', body: CreateProject }, async ({ ctx, body }) =>
  createProject({ ctx, input: body }),
)
