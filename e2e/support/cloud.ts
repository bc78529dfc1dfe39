import { z } from 'zod'

/** Addresses of the stack under test; `npm test` starts one of its own and hands them over. */
export const CLOUD = {
  web: process.env.E2E_WEB ?? 'http://localhost:8788',
  s3: process.env.E2E_S3 ?? 'http://localhost:9301',
  runpod: process.env.E2E_RUNPOD ?? 'http://localhost:9302',
  stripe: process.env.E2E_STRIPE ?? 'http://localhost:9303',
  mail: process.env.E2E_MAIL ?? 'http://localhost:9304',
}
export type Cloud = typeof CLOUD

async function control(base: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const init =
    body === undefined
      ? { method }
      : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const response = await fetch(`${base}/_local/${path}`, init)
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? null : JSON.parse(text)
}

const Mails = z.object({ mails: z.array(z.looseObject({ subject: z.string(), text: z.string() })) })
const RunpodJobs = z.object({
  jobs: z.array(
    z.looseObject({
      id: z.string(),
      status: z.string(),
      input: z.looseObject({ job_id: z.string(), attempt_id: z.string() }),
    }),
  ),
})

const StripeState = z.object({
  sessions: z.array(z.looseObject({ id: z.string(), payment_intent: z.string().nullable() })),
})
const Identified = z.looseObject({ id: z.string() })

/** The stand-ins, steered: faults, replays, and looks behind the scenes. */
export function steer(cloud: Cloud) {
  return {
    mailsTo: async (address: string) =>
      Mails.parse(await control(cloud.mail, 'GET', `mails?to=${encodeURIComponent(address)}`)).mails,
    runpodFault: (fault: Record<string, unknown>) => control(cloud.runpod, 'POST', 'faults', fault),
    healRunpod: () => control(cloud.runpod, 'DELETE', 'faults'),
    /** Every run RunPod was given for a job, oldest first. */
    runsOf: async (jobId: string) => {
      const { jobs } = RunpodJobs.parse(await control(cloud.runpod, 'GET', 'jobs'))
      return jobs.filter((job) => job.input.job_id === jobId)
    },
    replayWebhook: (runId: string) => control(cloud.runpod, 'POST', `jobs/${runId}/webhook`),
    stripeDeliveries: (mode: Record<string, unknown>) => control(cloud.stripe, 'POST', 'deliveries', mode),
    releaseStripe: () => control(cloud.stripe, 'POST', 'deliveries/release', {}),
    healStripe: () => control(cloud.stripe, 'DELETE', 'deliveries'),
    completeBankPayment: (sessionId: string) =>
      control(cloud.stripe, 'POST', `checkout/${sessionId}/complete_async`, {}),
    failBankPayment: (sessionId: string) => control(cloud.stripe, 'POST', `checkout/${sessionId}/fail_async`, {}),
    payCheckout: (sessionId: string) => control(cloud.stripe, 'POST', `checkout/${sessionId}/pay`, {}),
    /** The PaymentIntent that a Checkout was paid with. */
    paymentOf: async (sessionId: string) => {
      const { sessions } = StripeState.parse(await control(cloud.stripe, 'GET', 'state'))
      const payment = sessions.find((session) => session.id === sessionId)?.payment_intent
      if (!payment) throw new Error(`${sessionId} is not paid`)
      return payment
    },
    /** A refund that somebody makes in Stripe's Dashboard; all that is left without an amount. */
    refundInDashboard: (payment: string, amount?: number) =>
      control(cloud.stripe, 'POST', 'dashboard-refund', { payment_intent: payment, ...(amount && { amount }) }),
    openDispute: async (payment: string, kind: 'chargeback' | 'inquiry' = 'chargeback') =>
      Identified.parse(
        await control(cloud.stripe, 'POST', 'disputes', { payment_intent: payment, warning: kind === 'inquiry' }),
      ).id,
    advanceDispute: (id: string, step: 'withdraw' | 'win' | 'lose' | 'close') =>
      control(cloud.stripe, 'POST', `disputes/${id}/${step}`, {}),
    expireCheckout: (sessionId: string) => control(cloud.stripe, 'POST', `checkout/${sessionId}/expire`, {}),
    storedKeys: async (prefix: string) => {
      const reply = z
        .object({ objects: z.array(z.looseObject({ key: z.string() })) })
        .parse(await control(cloud.s3, 'GET', `objects?prefix=${encodeURIComponent(prefix)}`))
      return reply.objects.map((object) => object.key)
    },
    async replaceObject(key: string, bytes: Uint8Array<ArrayBuffer>) {
      const response = await fetch(`${cloud.s3}/_local/objects/${key}`, { method: 'PUT', body: bytes })
      if (!response.ok) throw new Error(`PUT ${key}: ${response.status}`)
    },
  }
}
