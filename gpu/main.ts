import { readConfig } from './config.ts'
import { describeReport, openBackend } from './inference/open-backend.ts'
import { runJob } from './jobs/run-job.ts'
import { removeAbandonedWorkDirs } from './jobs/work-dir.ts'
import { describeError } from './jobs/worker-error.ts'
import { makeLog } from './log.ts'
import { workingEncoders } from './media/encoders.ts'
import { readRunpodEnv } from './protocol/runpod-env.ts'
import { serve } from './protocol/serve.ts'
import type { RetryPolicy } from './transfer/retry.ts'

const RETRIES: RetryPolicy = { tries: 4, baseMs: 500, maxMs: 8000 }

/** The worker RunPod starts: proves what this machine can do, then takes jobs until it is told to stop. */
async function main(): Promise<void> {
  const log = makeLog(process.env.RUNPOD_ENDPOINT_ID !== undefined)
  // What nobody has caught has left the process in a state nobody knows: RunPod starts a fresh one.
  process.on('uncaughtException', (error) => {
    log('error', `the worker crashed: ${describeError(error)}`)
    process.exit(1)
  })
  const env = readRunpodEnv(process.env)
  const config = readConfig()
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      log('info', `${name}: no more jobs are taken`)
      stop.abort()
    })
  }
  const removed = await removeAbandonedWorkDirs(config.workDir)
  if (removed > 0) log('warn', `removed the folders of ${removed} jobs whose worker was killed`)
  const [{ backend, reports }, encoders] = await Promise.all([openBackend(config), workingEncoders()])
  for (const report of reports) log('info', describeReport(report))
  log('info', `encoders that work: ${[...encoders].join(', ')}`)
  await serve({
    env,
    concurrency: config.concurrency,
    log,
    stop: stop.signal,
    graceMs: config.shutdownGraceMs,
    policy: RETRIES,
    run: (job, onProgress, signal) =>
      runJob(job.id, job.input, { config, backend, workerId: env.workerId, log, policy: RETRIES, onProgress }, signal),
  })
  await backend.close()
  log('info', 'stopped')
}

await main()
