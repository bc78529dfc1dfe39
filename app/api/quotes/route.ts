import { CreateQuote } from '#lib/contracts/api/jobs.ts'
import { json, route } from '#lib/platform/route.ts'
import { createQuote } from '#lib/services/jobs/create-quote.ts'

export const runtime = 'edge'

export const POST = route({ auth: 'user', body: CreateQuote }, async ({ ctx, body }) =>
  json(await createQuote({ ctx, input: body }), 201),
)
