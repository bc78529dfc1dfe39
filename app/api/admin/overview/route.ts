import { route } from '#lib/platform/route.ts'
import { readOverview } from '#lib/services/admin/read-overview.ts'

export const runtime = 'edge'

export const GET = route({ auth: 'admin' }, async ({ ctx }) => readOverview({ ctx }))
