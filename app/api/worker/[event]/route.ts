import { z } from 'zod'
import { invalidRequest } from '#lib/contracts/errors.ts'
import { CompleteCallback, ErrorCallback, ProgressCallback, StartCallback } from '#lib/contracts/worker.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import { route } from '#lib/platform/route.ts'
import { authorizeWorker } from '#lib/services/jobs/authorize-worker.ts'
import { claimAttempt } from '#lib/services/jobs/claim-attempt.ts'
import { recordHint } from '#lib/services/jobs/record-hint.ts'
import { recordProgress } from '#lib/services/jobs/record-progress.ts'

export const runtime = 'edge'

const Params = z.object({ event: z.enum(['start', 'progress', 'complete', 'error']) })
const Claim = z.looseObject({ attempt_id: z.string().max(64) })

/** Callbacks of the GPU worker, authorised per attempt by the token the attempt was dispatched with. */
export const POST = route(
  { auth: 'public', params: Params, body: Claim, maxBodyBytes: 256 * 1024 },
  async ({ ctx, request, params, body }) => {
    await authorizeWorker({
      ctx,
      input: { attemptId: body.attempt_id, authorization: request.headers.get('authorization') },
    })
    switch (params.event) {
      case 'start':
        return claimAttempt({ ctx, input: parse(StartCallback, body) })
      case 'progress':
        await recordProgress({ ctx, input: parse(ProgressCallback, body) })
        return { ok: true }
      case 'complete':
        await recordHint({ ctx, input: { attemptId: body.attempt_id, output: parse(CompleteCallback, body).output } })
        return { ok: true }
      case 'error':
        await recordHint({
          ctx,
          input: { attemptId: body.attempt_id, output: { status: 'failed', error: parse(ErrorCallback, body).error } },
        })
        return { ok: true }
      default:
        return assertNever(params.event)
    }
  },
)

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw invalidRequest(parsed.error)
  return parsed.data
}
