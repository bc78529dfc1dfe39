import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { RunpodWebhook, receiveRunpodWebhook } from '#lib/services/jobs/receive-runpod-webhook.ts'

export const runtime = 'edge'

const Query = z.object({ attempt: z.string().max(64), token: z.string().max(200) })

/** RunPod posts the whole status object, input included: larger than our own requests, and unsigned. */
export const POST = route(
  { auth: 'public', query: Query, body: RunpodWebhook, maxBodyBytes: 2 * 1024 * 1024 },
  async ({ ctx, query, body }) => {
    await receiveRunpodWebhook({ ctx, input: { attemptId: query.attempt, token: query.token, body } })
    return { ok: true }
  },
)
