import { type Cloud, queueKey } from './cloud.ts'
import { type Job, queuedState } from './job.ts'
import type { Submission } from './submission.ts'

type Input = { endpointId: string; sync: boolean; submission: Submission }

/** Writes the job to disk, then offers it to waiting workers. Ids look like RunPod's: a uuid with a region, `sync-` before it for runsync. */
export function submitJob(cloud: Cloud, { endpointId, sync, submission }: Input): Job {
  const nowMs = cloud.clock.nowMs()
  const job: Job = {
    request: {
      id: `${sync ? 'sync-' : ''}${crypto.randomUUID()}-u1`,
      endpointId,
      sync,
      submittedAtMs: nowMs,
      executionTimeoutMs: submission.policy.executionTimeout,
      ttlMs: submission.policy.ttl,
      lowPriority: submission.policy.lowPriority,
      webhook: submission.webhook ?? null,
      input: submission.input,
      s3Config: submission.s3Config,
    },
    state: queuedState(nowMs),
  }
  cloud.store.insert(job)
  cloud.jobs.set(job.request.id, job)
  cloud.onJobChanged()
  cloud.bell.ring(queueKey(endpointId))
  return job
}
