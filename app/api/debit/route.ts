import { AcceptQuote } from '#lib/contracts/api/jobs.ts'
import { json, route } from '#lib/platform/route.ts'
import { acceptQuote } from '#lib/services/jobs/accept-quote.ts'
import { readJob } from '#lib/services/jobs/read-job.ts'

export const runtime = 'edge'

/** Accepts a quote: hold and dispatch. 201 for a new job, 200 when this quote already has one. */
export const POST = route({ auth: 'user', body: AcceptQuote }, async ({ ctx, body }) => {
  const { jobId, created } = await acceptQuote({ ctx, input: body })
  return json(await readJob({ ctx, input: { jobId } }), created ? 201 : 200)
})
