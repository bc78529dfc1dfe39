import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import runpodSdk from 'runpod-sdk'
import { expect, onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { type RunpodOptions, startRunpod } from '#lib/local/runpod/server.ts'
import { wireWorker } from './wire-worker.ts'

export const API_KEY = 'rp_test_api_key'
export const WORKER_KEY = 'rp_test_worker_key'
export const ENDPOINT_ID = 'ep-test'
/** The SDK's own default is 3 s, too short for a loaded machine. */
export const SDK_TIMEOUT_MS = 15_000

export const JobReport = z.looseObject({
  id: z.string(),
  status: z.string(),
  input: z.unknown(),
  forgotten: z.boolean(),
  error: z.string().optional(),
  retries: z.number().optional(),
  executionTime: z.number().optional(),
  webhook_pending: z.number(),
  webhook_deliveries: z.array(z.looseObject({ attempt: z.number(), status: z.number().nullable() })),
})

const Workers = z.object({ workers: z.array(z.looseObject({ id: z.string() })) })

export async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'runpod-stand-in-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** A running stand-in with the vendor's SDK, a control client and a way to make workers; closed when the test ends. */
export async function startStandIn(options: Partial<RunpodOptions> = {}) {
  const dataDir = options.dataDir ?? (await temporaryFolder())
  const runpod = await startRunpod({
    port: 0,
    apiKey: API_KEY,
    workerKey: WORKER_KEY,
    longPollMs: 5000,
    ...options,
    dataDir,
  })
  onTestFinished(() => runpod.close())
  return { ...runpod, dataDir, ...clientsOf(runpod.url) }
}

/** Clients for a stand-in at this API base. */
export function clientsOf(url: string) {
  const endpoint = runpodSdk(API_KEY, { baseUrl: url }).endpoint(ENDPOINT_ID)
  if (endpoint === null) throw new Error('the SDK made no endpoint')
  const worker = (podId: string) => wireWorker({ url, workerKey: WORKER_KEY, endpointId: ENDPOINT_ID, podId })

  async function control(method: string, path: string, body?: unknown) {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const response = await fetch(new URL(`/_local/${path}`, url), init)
    return { status: response.status, body: z.unknown().parse(await response.json()) }
  }

  return {
    endpoint,
    worker,
    control,
    api: (path: string, init: RequestInit = {}) =>
      fetch(`${url}/${ENDPOINT_ID}/${path}`, {
        ...init,
        headers: { authorization: `Bearer ${API_KEY}`, ...init.headers },
      }),
    async run(request: Parameters<typeof endpoint.run>[0]): Promise<string> {
      const answer = await endpoint.run(request, SDK_TIMEOUT_MS)
      if (answer.id === undefined) throw new Error(`no job: ${JSON.stringify(answer)}`)
      return answer.id
    },
    /** Until this worker's take waits for a job (or, with 0, no longer does). */
    untilPolling: (podId: string, polls = 1) =>
      eventually(async () => {
        const { workers } = Workers.parse((await control('GET', 'workers')).body)
        expect(workers.find((known) => known.id === podId)).toMatchObject({ open_polls: polls })
      }),
    status: (jobId: string) => endpoint.status(jobId, SDK_TIMEOUT_MS),
    async job(jobId: string) {
      return JobReport.parse((await control('GET', `jobs/${jobId}`)).body)
    },
    fault: (fault: Record<string, unknown>) => control('POST', 'faults', fault),
    advance: (advanceMs: number) => control('POST', 'clock', { advance_ms: advanceMs }),
  }
}

/** A real HTTP server that records webhook calls and answers with the given statuses, 200 when they are used up. */
export async function startWebhookReceiver(statuses: number[] = []) {
  const calls: { headers: Record<string, unknown>; body: Record<string, unknown> }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
    const body = z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.concat(chunks).toString()))
    calls.push({ headers: request.headers, body })
    response.writeHead(statuses.shift() ?? 200).end()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://localhost:${address.port}/hook?attempt=a1&token=t`, calls }
}

export function eventually<T>(check: () => Promise<T> | T): Promise<T> {
  return vi.waitFor(check, { timeout: 5000, interval: 10 })
}
