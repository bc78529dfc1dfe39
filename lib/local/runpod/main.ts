import { join } from 'node:path'
import { z } from 'zod'
import { startRunpod } from './server.ts'

const Env = z.object({
  /** Where the product looks for RunPod; its port is the one served here. */
  RUNPOD_API_BASE: z.url(),
  RUNPOD_API_KEY: z.string().min(1),
  RUNPOD_WORKER_KEY: z.string().min(1),
  LOCAL_DATA_DIR: z.string().min(1),
  LOCAL_RUNPOD_WEBHOOK_RETRY_MS: z.coerce.number().int().positive().optional(),
  LOCAL_RUNPOD_WORKER_LOST_MS: z.coerce.number().int().positive().optional(),
})

const env = Env.parse(process.env)
const runpod = await startRunpod({
  port: Number(new URL(env.RUNPOD_API_BASE).port),
  dataDir: join(env.LOCAL_DATA_DIR, 'runpod'),
  apiKey: env.RUNPOD_API_KEY,
  workerKey: env.RUNPOD_WORKER_KEY,
  webhookRetryDelayMs: env.LOCAL_RUNPOD_WEBHOOK_RETRY_MS,
  workerLostAfterMs: env.LOCAL_RUNPOD_WORKER_LOST_MS,
})
console.log(JSON.stringify({ ready: true, url: runpod.url }))

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void runpod.close().then(() => process.exit(0))
  })
}
