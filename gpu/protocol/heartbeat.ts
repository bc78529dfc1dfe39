import { Worker } from 'node:worker_threads'
import type { HeartbeatData, HeartbeatMessage } from './heartbeat-thread.ts'
import type { RunpodEnv } from './runpod-env.ts'

export interface Heartbeat {
  jobs(ids: readonly string[]): void
  /** Says so once, before the worker exits. */
  unhealthy(reason: string): Promise<void>
  stop(): Promise<void>
}

export function startHeartbeat(env: RunpodEnv): Heartbeat {
  if (env.pingUrl === undefined)
    return { jobs: () => undefined, unhealthy: async () => undefined, stop: async () => undefined }
  const data: HeartbeatData = {
    url: env.pingUrl,
    authorization: env.headers.authorization,
    intervalMs: env.pingIntervalMs,
  }
  const worker = new Worker(new URL('./heartbeat-thread.ts', import.meta.url), { workerData: data })
  const send = (message: HeartbeatMessage) => worker.postMessage(message)
  return {
    jobs: (ids) => send({ jobs: ids }),
    unhealthy: (reason) =>
      new Promise((resolve) => {
        // Beats of before are answered, too.
        worker.on('message', (unhealthySent: boolean) => {
          if (unhealthySent) resolve()
        })
        worker.once('exit', () => resolve())
        send({ unhealthy: reason.slice(0, 500) })
      }),
    stop: async () => void (await worker.terminate()),
  }
}
