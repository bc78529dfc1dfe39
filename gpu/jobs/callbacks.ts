import type { TaskProgress } from '#gpu/tasks/task-handler.ts'
import { FinalError, isTransient, type RetryPolicy, retry } from '#gpu/transfer/retry.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { StartReply, type WorkerCompleted, type WorkerError, type WorkerInput } from '#lib/contracts/worker.ts'

const TIMEOUT_MS = 15_000

export interface CallbackOptions {
  readonly input: Pick<WorkerInput, 'attempt_id' | 'callback_url' | 'callback_token'>
  readonly runpodJobId: string
  readonly workerId: string
  readonly policy: RetryPolicy
  /** A callback that could not be delivered; only `start` stops the job. */
  readonly onLost: (what: string, error: unknown) => void
}

/** What the app hears from a job. Messages go one after another, so that a late progress cannot overtake the end. */
export class Callbacks {
  readonly #options: CallbackOptions
  #sequence = 0
  #busy = false

  constructor(options: CallbackOptions) {
    this.#options = options
  }

  /** Claims the attempt. Throws `superseded` when the app has moved on and `unavailable` when it cannot be asked. */
  async start(signal: AbortSignal): Promise<Extract<StartReply, { proceed: true }>> {
    const { input, runpodJobId, workerId } = this.#options
    let reply: StartReply
    try {
      const response = await this.#post(
        'start',
        { attempt_id: input.attempt_id, runpod_job_id: runpodJobId, worker_id: workerId },
        signal,
      )
      reply = StartReply.parse(await response.json())
    } catch (cause) {
      signal.throwIfAborted()
      throw new AppError('unavailable', 'The app could not be asked whether this attempt may start.', { cause })
    }
    if (!reply.proceed) throw new AppError('superseded', `This attempt is not wanted any more: ${reply.reason}`)
    return reply
  }

  /** Skipped while an earlier one is still under way: only the newest matters. */
  progress(progress: TaskProgress): void {
    if (this.#busy) return
    this.#busy = true
    const body = {
      attempt_id: this.#options.input.attempt_id,
      seq: this.#sequence++,
      stage: progress.stage,
      percent: Math.round(progress.percent * 10) / 10,
      frame: progress.frame,
      frames_total: progress.framesTotal,
      fps: Math.round(progress.fps * 100) / 100,
      message: progress.message,
    }
    this.#lossy('progress', body, { tries: 1, baseMs: 1 }).finally(() => {
      this.#busy = false
    })
  }

  async complete(output: WorkerCompleted): Promise<void> {
    await this.#lossy('complete', { attempt_id: this.#options.input.attempt_id, output }, this.#options.policy)
  }

  async error(error: WorkerError): Promise<void> {
    await this.#lossy('error', { attempt_id: this.#options.input.attempt_id, error }, this.#options.policy)
  }

  async #lossy(what: string, body: unknown, policy: RetryPolicy): Promise<void> {
    try {
      const response = await this.#post(what, body, undefined, policy)
      await response.body?.cancel()
    } catch (error) {
      this.#options.onLost(what, error)
    }
  }

  #post(
    what: string,
    body: unknown,
    signal: AbortSignal | undefined,
    policy = this.#options.policy,
  ): Promise<Response> {
    const { callback_url: base, callback_token: token } = this.#options.input
    return retry(policy, signal, async () => {
      const timeout = AbortSignal.timeout(TIMEOUT_MS)
      const response = await fetch(`${base}/${what}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      })
      if (response.ok) return response
      const problem = `${what}: the app answered ${response.status} ${(await response.text()).slice(0, 200)}`
      throw isTransient(response.status) ? new Error(problem) : new FinalError(problem)
    })
  }
}
