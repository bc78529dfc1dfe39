import type { Cloud, Settings } from './cloud.ts'
import { endJob, expireJob, forgetJob, loseJob } from './end-job.ts'
import { isTerminal, type Job } from './job.ts'
import { attemptNotice } from './webhooks.ts'

type Deadline = { kind: 'ttl' | 'execution_timeout' | 'worker_lost' | 'forget'; atMs: number }

const SYNC_RETENTION_MS = 60_000
/** The longest a Node timer can be. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** The next thing time does to a job by itself; undefined when nothing. */
export function nextDeadline({ request, state }: Job, settings: Settings): Deadline | undefined {
  if (state.forgotten) return undefined
  if (isTerminal(state.status)) {
    const keepMs = request.sync ? Math.min(SYNC_RETENTION_MS, settings.forgetAfterMs) : settings.forgetAfterMs
    return { kind: 'forget', atMs: (state.finishedAtMs ?? 0) + keepMs }
  }
  const deadlines: Deadline[] = [{ kind: 'ttl', atMs: request.submittedAtMs + request.ttlMs }]
  if (state.startedAtMs !== null && state.heartbeatAtMs !== null) {
    deadlines.push({ kind: 'execution_timeout', atMs: state.startedAtMs + request.executionTimeoutMs })
    deadlines.push({ kind: 'worker_lost', atMs: state.heartbeatAtMs + settings.workerLostAfterMs })
  }
  return deadlines.reduce((first, next) => (next.atMs < first.atMs ? next : first))
}

/** One timer for all jobs and webhooks, set to the earliest deadline and set anew after every change. */
export class Deadlines {
  #cloud: Cloud
  #timer: NodeJS.Timeout | undefined
  #closing = new AbortController()
  #sending = new Map<string, Promise<void>>()

  constructor(cloud: Cloud) {
    this.#cloud = cloud
    cloud.onJobChanged = () => this.#setTimer()
    this.#setTimer()
  }

  /** Does everything that is due by the stand-in's clock. */
  runDue(): void {
    const nowMs = this.#cloud.clock.nowMs()
    for (const job of this.#cloud.jobs.values()) {
      this.#runDueOf(job, nowMs)
      for (const notice of job.state.notices) {
        if (notice.dueAtMs <= nowMs && !this.#sending.has(notice.id)) this.#send(job, notice.id)
      }
    }
    this.#setTimer()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    clearTimeout(this.#timer)
    await Promise.all(this.#sending.values())
  }

  /** Several deadlines may lie between two looks (a restart, a pushed clock): they happen in their order, at their times. */
  #runDueOf(job: Job, nowMs: number): void {
    for (;;) {
      const due = nextDeadline(job, this.#cloud.settings)
      if (due === undefined || due.atMs > nowMs) return
      switch (due.kind) {
        case 'ttl':
          expireJob(this.#cloud, job, due.atMs)
          break
        case 'execution_timeout':
          // The job-states page says TIMED_OUT; users also report FAILED with this message. Clients must take both.
          endJob(this.#cloud, job, { status: 'TIMED_OUT', error: 'executionTimeout exceeded' }, due.atMs)
          break
        case 'worker_lost':
          loseJob(this.#cloud, job, due.atMs)
          break
        case 'forget':
          forgetJob(this.#cloud, job)
          break
        default:
          due.kind satisfies never
      }
    }
  }

  #send(job: Job, noticeId: string): void {
    const notice = job.state.notices.find((other) => other.id === noticeId)
    if (notice === undefined) return
    const sent = attemptNotice(this.#cloud, job, notice, this.#closing.signal).finally(() => {
      this.#sending.delete(noticeId)
      this.#setTimer()
    })
    this.#sending.set(noticeId, sent)
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    if (this.#closing.signal.aborted) return
    const times = [...this.#cloud.jobs.values()].flatMap((job) => [
      nextDeadline(job, this.#cloud.settings)?.atMs ?? Number.POSITIVE_INFINITY,
      ...job.state.notices.filter((notice) => !this.#sending.has(notice.id)).map((notice) => notice.dueAtMs),
    ])
    const inMs =
      times.reduce((first, atMs) => Math.min(first, atMs), Number.POSITIVE_INFINITY) - this.#cloud.clock.nowMs()
    if (!Number.isFinite(inMs)) return
    this.#timer = setTimeout(() => this.runDue(), Math.min(Math.max(inMs, 0), MAX_TIMER_MS))
  }
}
