import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * Tells RunPod every few seconds which jobs are still worked on. In a thread of its own, so that nothing the
 * worker does can hold it up.
 */
export interface HeartbeatData {
  readonly url: string
  readonly authorization: string
  readonly intervalMs: number
}
export type HeartbeatMessage = { readonly jobs: readonly string[] } | { readonly unhealthy: string }

const TRIES = 3
const RETRY_MS = 250
/** For the last message, all tries together: the worker waits for it before it goes, and paid time runs. */
const FAREWELL_MS = 3000
const VERSION = 'reelballers-worker'
const { url, authorization, intervalMs } = workerData as HeartbeatData
let query = ''

async function beat(deadline?: AbortSignal): Promise<void> {
  const full = `${url}${url.includes('?') ? '&' : '?'}${query}runpod_version=${VERSION}`
  for (let attempt = 0; attempt < TRIES && !deadline?.aborted; attempt++) {
    try {
      const signal = deadline ?? AbortSignal.timeout(2 * intervalMs)
      const response = await fetch(full, { headers: { authorization }, signal })
      await response.body?.cancel()
      if (response.ok) return
    } catch {
      // The next try, or the next beat, follows.
    }
    await sleep(RETRY_MS * 2 ** attempt)
  }
}

parentPort?.on('message', (message: HeartbeatMessage) => {
  query =
    'jobs' in message ? jobsQuery(message.jobs) : `status=unhealthy&reason=${encodeURIComponent(message.unhealthy)}&`
  const farewell = 'unhealthy' in message
  void beat(farewell ? AbortSignal.timeout(FAREWELL_MS) : undefined).then(() => parentPort?.postMessage(farewell))
})

function jobsQuery(jobs: readonly string[]): string {
  return jobs.length === 0 ? '' : `job_id=${jobs.map(encodeURIComponent).join(',')}&`
}

setInterval(() => void beat(), intervalMs)
void beat()
