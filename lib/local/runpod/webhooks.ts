import { type Cloud, saveJob } from './cloud.ts'
import { type Delivery, type Job, type Notice, statusView } from './job.ts'

/** One call and "up to 2 more times": https://docs.runpod.io/serverless/endpoints/send-requests, "Webhook notifications". */
const ATTEMPTS = 3
const ANSWER_WITHIN_MS = 10_000

/** What a job's end owes its webhook, after the armed faults had their say. */
export function noticesFor(cloud: Cloud, job: Job): Notice[] {
  if (job.request.webhook === null || cloud.faults.use('drop_webhook') !== undefined) return []
  const delayMs = cloud.faults.use('delay_webhook')?.delay_ms ?? 0
  const copies = cloud.faults.use('duplicate_webhook') === undefined ? 1 : 2
  return Array.from({ length: copies }, () => newNotice(cloud, job, ATTEMPTS, delayMs))
}

/** Sends the notice of a finished job once more, now, and reports how that went. */
export async function resendWebhook(cloud: Cloud, job: Job): Promise<Delivery> {
  return await deliver(cloud, job, newNotice(cloud, job, 1, 0), new AbortController().signal)
}

/**
 * One try. The result is saved before the notice is given up, so a kill in between means one delivery too many, never one
 * too few.
 */
export async function attemptNotice(cloud: Cloud, job: Job, notice: Notice, closing: AbortSignal): Promise<void> {
  const delivery = await deliver(cloud, job, notice, closing)
  if (closing.aborted) return
  notice.attempt += 1
  notice.attemptsLeft -= 1
  notice.dueAtMs = cloud.clock.nowMs() + cloud.settings.webhookRetryDelayMs
  if (delivery.status === 200 || notice.attemptsLeft === 0) {
    job.state.notices = job.state.notices.filter((other) => other.id !== notice.id)
  }
  saveJob(cloud, job)
}

function newNotice(cloud: Cloud, job: Job, attemptsLeft: number, delayMs: number): Notice {
  const dueAtMs = cloud.clock.nowMs() + delayMs
  return { id: crypto.randomUUID(), view: statusView(job), dueAtMs, attempt: 1, attemptsLeft }
}

/** The body is the status object with the input; nothing signs it. Only 200 is success, so a redirect is not followed. */
async function deliver(cloud: Cloud, job: Job, notice: Notice, closing: AbortSignal): Promise<Delivery> {
  const { webhook, input } = job.request
  const delivery: Delivery = {
    noticeId: notice.id,
    atMs: cloud.clock.nowMs(),
    attempt: notice.attempt,
    status: null,
    error: null,
  }
  if (webhook === null) return { ...delivery, error: 'the job has no webhook' }
  try {
    const response = await fetch(webhook, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...notice.view, input, webhook }),
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    })
    await response.body?.cancel()
    delivery.status = response.status
  } catch (error) {
    delivery.error = String(error)
  }
  if (!closing.aborted) {
    job.state.deliveries.push(delivery)
    saveJob(cloud, job)
  }
  return delivery
}
