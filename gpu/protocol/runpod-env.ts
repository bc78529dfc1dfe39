import { randomUUID } from 'node:crypto'
import { z } from 'zod'

/** What RunPod tells a serverless worker through its environment. */
const Env = z.object({
  RUNPOD_WEBHOOK_GET_JOB: z.url(),
  RUNPOD_WEBHOOK_POST_OUTPUT: z.url(),
  RUNPOD_WEBHOOK_PING: z.url().optional(),
  RUNPOD_AI_API_KEY: z.string().default(''),
  RUNPOD_POD_ID: z
    .string()
    .min(1)
    .default(() => randomUUID()),
  RUNPOD_PING_INTERVAL: z.coerce.number().int().positive().default(10_000),
  RUNPOD_ENDPOINT_ID: z.string().optional(),
})

export interface RunpodEnv {
  readonly workerId: string
  readonly headers: { readonly authorization: string }
  /** For more than one job it is another address. */
  takeUrl(busy: boolean, count: number): string
  readonly stopUrl: string
  outputUrl(jobId: string): string
  readonly pingUrl: string | undefined
  readonly pingIntervalMs: number
}

export function readRunpodEnv(env: Readonly<Record<string, string | undefined>>): RunpodEnv {
  const parsed = Env.safeParse(env)
  if (!parsed.success) throw new Error(`environment: ${z.prettifyError(parsed.error)}`)
  const values = parsed.data
  const workerId = values.RUNPOD_POD_ID
  const take = values.RUNPOD_WEBHOOK_GET_JOB.replaceAll('$RUNPOD_POD_ID', workerId).replaceAll('$ID', workerId)
  return {
    workerId,
    // The bare key: RunPod's own SDK sends no scheme.
    headers: { authorization: values.RUNPOD_AI_API_KEY },
    takeUrl: (busy, count) => {
      const one = withQuery(take, `job_in_progress=${busy ? 1 : 0}`)
      return count === 1 ? one : withQuery(one.replace('/job-take/', '/job-take-batch/'), `batch_size=${count}`)
    },
    stopUrl: take.replace('/job-take/', '/job-stop/'),
    outputUrl: (jobId) => {
      const url = values.RUNPOD_WEBHOOK_POST_OUTPUT.replaceAll('$RUNPOD_POD_ID', workerId).replaceAll('$ID', jobId)
      return withQuery(url, 'isStream=false')
    },
    pingUrl: values.RUNPOD_WEBHOOK_PING?.replaceAll('$RUNPOD_POD_ID', workerId),
    pingIntervalMs: values.RUNPOD_PING_INTERVAL,
  }
}

/** RunPod's URLs come with a query, and its SDK appends with `&`; one without a query gets `?`. */
function withQuery(url: string, pair: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${pair}`
}
