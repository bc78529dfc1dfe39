import { CreateQuote } from '#lib/contracts/api/jobs.ts'
import { json, route } from '#lib/platform/route.ts'
import { checkRateLimit } from '#lib/services/accounts/check-rate-limit.ts'
import { createQuote } from '#lib/services/jobs/create-quote.ts'

export const runtime = 'edge'

export const POST = route({ auth: 'user', body: CreateQuote }, async ({ ctx, body }) => {
  await checkRateLimit({ ctx, input: { key: `quote:${ctx.userId}`, ...ctx.settings.rateLimits['quote.user'] } })
  return json(await createQuote({ ctx, input: body }), 201)
})
