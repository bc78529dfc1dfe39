import { CreateQuote } from '#lib/contracts/api/jobs.ts'
import { json, route } from '#lib/platform/route.ts'
import { checkRateLimit } from '#lib/services/accounts/check-rate-limit.ts'
import { createQuote } from '#lib/services/jobs/create-quote.ts'

export const runtime = 'edge'

/** The page asks whenever a setting changes; nobody changes one every six seconds for an hour. */
const PER_USER = { limit: 600, windowMs: 3600 * 1000 }

export const POST = route({ auth: 'user', body: CreateQuote }, async ({ ctx, body }) => {
  await checkRateLimit({ ctx, input: { key: `quote:${ctx.userId}`, ...PER_USER } })
  return json(await createQuote({ ctx, input: body }), 201)
})
