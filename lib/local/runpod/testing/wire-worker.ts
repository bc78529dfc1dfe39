import { z } from 'zod'
import { workerEnv } from '#lib/local/runpod/worker-env.ts'

const Assignment = z.object({
  id: z.string(),
  input: z.unknown(),
  webhook: z.string().optional(),
  s3Config: z.unknown().optional(),
})
export type Assignment = z.infer<typeof Assignment>

export type Wire = {
  take(query?: string): Promise<{ status: number; job: Assignment | undefined }>
  takeOne(): Promise<Assignment>
  takeBatch(size: number): Promise<Assignment[]>
  ping(query: string): Promise<number>
  awaitStops(): Promise<string[]>
  report(jobId: string, body: unknown, headers?: Record<string, string>): Promise<number>
  stream(jobId: string, body: unknown): Promise<number>
}

/** A worker's side of the protocol, made from the environment RunPod gives it and nothing else. */
export function wireWorker(input: Parameters<typeof workerEnv>[0]): Wire {
  const env = workerEnv(input)
  const authorization = env.RUNPOD_AI_API_KEY ?? ''
  const fill = (template: string | undefined, jobId = '') =>
    (template ?? '').replace('$RUNPOD_POD_ID', input.podId).replace('$ID', jobId)
  const takeUrl = fill(env.RUNPOD_WEBHOOK_GET_JOB, input.podId)
  const get = (url: string) => fetch(url, { headers: { authorization } })

  async function post(url: string, jobId: string, body: unknown, headers?: Record<string, string>) {
    const response = await fetch(`${url}&isStream=false`, {
      method: 'POST',
      headers: {
        authorization,
        charset: 'utf-8',
        'content-type': 'application/x-www-form-urlencoded',
        'X-Request-ID': jobId,
        ...headers,
      },
      body: JSON.stringify(body),
    })
    await response.body?.cancel()
    return response.status
  }

  async function take(query = '&job_in_progress=0') {
    const response = await get(takeUrl + query)
    const job = response.status === 200 ? Assignment.parse(await response.json()) : undefined
    return { status: response.status, job }
  }

  return {
    take,
    async takeOne() {
      const { status, job } = await take()
      if (job === undefined) throw new Error(`job-take answered ${status}`)
      return job
    },
    async takeBatch(size) {
      const url = takeUrl.replace('/job-take/', '/job-take-batch/')
      const response = await get(`${url}&job_in_progress=0&batch_size=${size}`)
      return response.status === 204 ? [] : z.array(Assignment).parse(await response.json())
    },
    async ping(query) {
      return (await get(`${fill(env.RUNPOD_WEBHOOK_PING)}?${query}`)).status
    },
    async awaitStops() {
      const response = await get(takeUrl.replace('/job-take/', '/job-stop/'))
      return response.status === 204
        ? []
        : z.object({ jobsToStop: z.array(z.string()) }).parse(await response.json()).jobsToStop
    },
    report: (jobId, body, headers) => post(fill(env.RUNPOD_WEBHOOK_POST_OUTPUT, jobId), jobId, body, headers),
    stream: (jobId, body) => post(fill(env.RUNPOD_WEBHOOK_POST_STREAM, jobId), jobId, body),
  }
}
