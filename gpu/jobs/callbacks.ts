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

/** What the app hears from a job. Messages go one after another; the end does not wait for progress, but drops it. */
export class Callbacks {
  readonly #options: CallbackOptions
  readonly #ended = new AbortController()
  #sequence = 0
  #underWay: Promise<void> | undefined
  #next: TaskProgress | undefined

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

  /** While an earlier one is under way, only the newest waits. */
  progress(progress: TaskProgress): void {
    if (this.#ended.signal.aborted) return
    this.#next = progress
    this.#underWay ??= this.#sendProgress()
  }

  async complete(output: WorkerCompleted): Promise<void> {
    await this.#endProgress()
    await this.#lossy('complete', { attempt_id: this.#options.input.attempt_id, output })
  }

  async error(error: WorkerError): Promise<void> {
    await this.#endProgress()
    await this.#lossy('error', { attempt_id: this.#options.input.attempt_id, error })
  }

  async #sendProgress(): Promise<void> {
    for (let progress = this.#next; progress !== undefined; progress = this.#next) {
      this.#next = undefined
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
      await this.#lossy('progress', body, { tries: 1, baseMs: 1 }, this.#ended.signal)
    }
    this.#underWay = undefined
  }

  async #endProgress(): Promise<void> {
    this.#next = undefined
    this.#ended.abort()
    await this.#underWay
  }

  async #lossy(what: string, body: unknown, policy = this.#options.policy, signal?: AbortSignal): Promise<void> {
    try {
      const response = await this.#post(what, body, signal, policy)
      await response.body?.cancel()
    } catch (error) {
      if (!signal?.aborted) this.#options.onLost(what, error)
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
