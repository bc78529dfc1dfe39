import { FinalError, isTransient, type RetryPolicy, retry } from '#gpu/transfer/retry.ts'
import type { WorkerCompleted, WorkerError } from '#lib/contracts/worker.ts'
import type { RunpodEnv } from './runpod-env.ts'

export type JobReport =
  | { readonly output: WorkerCompleted }
  /** `error` is a JSON string: that is what makes RunPod show the job as FAILED. */
  | { readonly error: WorkerError; readonly stopPod: boolean }

const TIMEOUT_MS = 30_000

/** Tells RunPod about one job: progress, then the result, one after another, so that no progress comes last. */
export class JobReporter {
  readonly #env: RunpodEnv
  readonly #jobId: string
  #last: Promise<unknown> = Promise.resolve()
  #pending = 0

  constructor(env: RunpodEnv, jobId: string) {
    this.#env = env
    this.#jobId = jobId
  }

  /** Dropped while one is under way, and when it fails. */
  progress(progress: unknown): void {
    if (this.#pending > 0) return
    this.#pending += 1
    this.#last = this.#post({ status: 'IN_PROGRESS', output: progress }, { tries: 1, baseMs: 1 })
      .catch(() => undefined)
      .finally(() => {
        this.#pending -= 1
      })
  }

  /** Throws when RunPod could not be told. */
  async finish(report: JobReport, policy: RetryPolicy): Promise<void> {
    await this.#last
    const body =
      'output' in report
        ? { output: report.output }
        : { error: JSON.stringify(report.error), ...(report.stopPod ? { stopPod: true } : {}) }
    await this.#post(body, policy)
  }

  #post(body: unknown, policy: RetryPolicy): Promise<void> {
    return retry(policy, undefined, async () => {
      const response = await fetch(this.#env.outputUrl(this.#jobId), {
        method: 'POST',
        headers: {
          ...this.#env.headers,
          charset: 'utf-8',
          // JSON under a form's type: what RunPod's own SDK sends.
          'content-type': 'application/x-www-form-urlencoded',
          'x-request-id': this.#jobId,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      await response.body?.cancel()
      if (response.ok) return
      const problem = `RunPod answered ${response.status}`
      throw isTransient(response.status) ? new Error(problem) : new FinalError(problem)
    })
  }
}
