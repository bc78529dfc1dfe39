import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, answer, send } from './answer.ts'
import { answerClient, type Call } from './client-api.ts'
import { type Cloud, openCloud } from './cloud.ts'
import { answerControl } from './control-api.ts'
import { Deadlines } from './deadlines.ts'
import { isClientOperation, Operation } from './faults.ts'
import { type Handler, listenOnLoopback, untilGone } from './loopback-server.ts'
import { answerWorker } from './worker-api.ts'

export { workerEnv } from './worker-env.ts'

export type RunpodOptions = {
  /** 0 picks a free port. */
  port: number
  dataDir: string
  apiKey: string
  workerKey: string
  /** The endpoint ids that exist; every id does when left out. */
  endpoints?: readonly string[] | undefined
  webhookRetryDelayMs?: number | undefined
  longPollMs?: number | undefined
  forgetAfterMs?: number | undefined
  /** How long a job may go without a heartbeat that names it. */
  workerLostAfterMs?: number | undefined
}

/** `url` is the API base, `http://localhost:PORT/v2`; the control endpoints are at `/_local` of the same origin. */
export type RunningRunpod = { url: string; close(): Promise<void> }

/** RunPod serverless on this machine: the same paths, headers, states and limits, with jobs on disk in `dataDir`. */
export async function startRunpod(options: RunpodOptions): Promise<RunningRunpod> {
  const { apiKey, workerKey, endpoints } = options
  const settings = {
    apiKey,
    workerKey,
    endpoints,
    webhookRetryDelayMs: options.webhookRetryDelayMs ?? 10_000,
    longPollMs: options.longPollMs ?? 90_000,
    forgetAfterMs: options.forgetAfterMs ?? 30 * 60_000,
    workerLostAfterMs: options.workerLostAfterMs ?? 30_000,
  }
  const cloud = openCloud(settings, options.dataDir)
  const deadlines = new Deadlines(cloud)
  try {
    const server = await listenOnLoopback(options.port, router(cloud, deadlines))
    return {
      url: `http://localhost:${server.port}/v2`,
      async close() {
        await server.close()
        await deadlines.close()
        cloud.store.close()
      },
    }
  } catch (error) {
    await deadlines.close()
    cloud.store.close()
    throw error
  }
}

function router(cloud: Cloud, deadlines: Deadlines): Handler {
  return async (request, response, url) => {
    const [, version, endpointId, name, ...ids] = url.pathname.split('/')
    if (version === '_local') {
      return send(response, await answerControl({ cloud, request, url, runDue: () => deadlines.runDue() }))
    }
    const operation = Operation.safeParse(name)
    if (version !== 'v2' || !endpointId || !operation.success || ids.length > 2) return send(response, answer(404))
    const delayMs = cloud.faults.use('delay', operation.data)?.delay_ms
    const fault = cloud.faults.use('status', operation.data)
    const call = { cloud, endpointId, request, url, gone: untilGone(response) }
    const reply =
      fault === undefined
        ? await answerCall(call, operation.data, ids)
        : answer(fault.status, { error: 'a fault that a test asked for' })
    // A slow answer, not a slow start: what was asked for is already done when an impatient client gives up.
    if (delayMs !== undefined) await sleep(delayMs)
    send(response, reply)
  }
}

async function answerCall(call: Call, operation: Operation, [first, second]: string[]): Promise<Answer> {
  if (isClientOperation(operation)) return await answerClient(call, operation, first)
  return first ? await answerWorker(call, operation, first, second) : answer(404)
}
