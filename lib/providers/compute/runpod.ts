import runpodSdk from 'runpod-sdk'
import { z } from 'zod'
import type { Compute, ComputeJob, DispatchOutcome, StatusOutcome } from './port.ts'

export interface RunpodConfig {
  /** `https://api.runpod.ai/v2`, or the local stand-in's. */
  apiBase: string
  apiKey: string
  /** The SDK gives up after 3 s unless told otherwise; a lost response costs a minute of doubt. */
  timeoutMs?: number
}

/** What RunPod answers to `/status` (docs.runpod.io, "Operation reference"); keys it may add are ignored. */
const StatusReply = z.object({
  id: z.string(),
  status: z.enum(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT']),
  delayTime: z.number().optional(),
  executionTime: z.number().optional(),
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  workerId: z.string().nullish(),
})
const RunReply = z.object({ id: z.string().min(1), status: z.string() })
const HttpFailure = z.object({ response: z.object({ status: z.number() }) })

/** The HTTP status of a failed SDK call; null when no response came. */
function statusOf(error: unknown): number | null {
  const parsed = HttpFailure.safeParse(error)
  return parsed.success ? parsed.data.response.status : null
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/**
 * RunPod's serverless client API through the official SDK. `/run` has no idempotency key: only a 4xx proves that nothing was queued;
 * a 5xx, a time-out or a cut connection leaves it in doubt.
 */
export function createRunpodCompute(config: RunpodConfig): Compute {
  const sdk = runpodSdk(config.apiKey, { baseUrl: config.apiBase })
  const timeoutMs = config.timeoutMs ?? 15_000
  const endpoint = (id: string) => {
    const found = sdk.endpoint(id)
    if (!found) throw new Error('RUNPOD_ENDPOINT_ID is empty.')
    return found
  }

  return {
    async dispatch(request): Promise<DispatchOutcome> {
      try {
        const reply = await endpoint(request.endpointId).run(
          {
            input: request.input,
            webhook: request.webhookUrl,
            policy: { executionTimeout: request.executionTimeoutMs, ttl: request.ttlMs },
          },
          timeoutMs,
        )
        const parsed = RunReply.safeParse(reply)
        if (parsed.success) return { outcome: 'accepted', computeJobId: parsed.data.id }
        return { outcome: 'unknown', reason: 'RunPod answered /run without a job id.' }
      } catch (error) {
        const status = statusOf(error)
        if (status !== null && status >= 400 && status < 500)
          return { outcome: 'refused', reason: `RunPod answered ${status} to /run.` }
        return { outcome: 'unknown', reason: status === null ? reasonOf(error) : `RunPod answered ${status} to /run.` }
      }
    },

    async readStatus(endpointId, computeJobId): Promise<StatusOutcome> {
      try {
        const reply = StatusReply.safeParse(await endpoint(endpointId).status(computeJobId, timeoutMs))
        if (!reply.success) return { outcome: 'unreachable', reason: 'RunPod answered /status in an unknown form.' }
        return { outcome: 'found', job: toComputeJob(reply.data) }
      } catch (error) {
        if (statusOf(error) === 404) return { outcome: 'forgotten' }
        return { outcome: 'unreachable', reason: reasonOf(error) }
      }
    },

    async cancel(endpointId, computeJobId) {
      try {
        await endpoint(endpointId).cancel(computeJobId, timeoutMs)
        return { canceled: true }
      } catch (error) {
        return { canceled: statusOf(error) === 404 }
      }
    },
  }
}

function toComputeJob(reply: z.infer<typeof StatusReply>): ComputeJob {
  return {
    id: reply.id,
    status: reply.status,
    executionMs: reply.executionTime === undefined ? null : Math.round(reply.executionTime),
    delayMs: reply.delayTime === undefined ? null : Math.round(reply.delayTime),
    output: reply.output,
    error:
      reply.error === undefined || reply.error === null
        ? null
        : typeof reply.error === 'string'
          ? reply.error
          : JSON.stringify(reply.error),
    workerId: reply.workerId ?? null,
  }
}
