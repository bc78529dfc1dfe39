import { z } from 'zod'
import { StatementFilter } from '#lib/contracts/api/wallet.ts'
import { route } from '#lib/platform/route.ts'
import { readStatement } from '#lib/services/wallet/read-statement.ts'

export const runtime = 'edge'

const Query = StatementFilter.extend({ cursor: z.string().max(160).optional() })

export const GET = route({ auth: 'user', query: Query }, async ({ ctx, query }) => readStatement({ ctx, input: query }))
