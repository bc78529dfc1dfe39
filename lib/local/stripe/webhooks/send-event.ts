import type Stripe from 'stripe'
import { signPayload } from './sign-payload.ts'

const TIMEOUT_MS = 10_000

export interface Endpoint {
  webhookUrl: string
  webhookSecret: string
}

/** Posts an event once. @returns the receiver's status, 0 when there was no answer; never throws */
export async function sendEvent(
  event: Stripe.EventBase,
  { webhookUrl, webhookSecret }: Endpoint,
  nowS: number,
  abort: AbortSignal,
): Promise<{ status: number; error?: string }> {
  const payload = JSON.stringify(event, null, 2)
  try {
    const response = await fetch(webhookUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-cache',
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': signPayload(payload, webhookSecret, nowS),
      },
      body: payload,
      redirect: 'manual', // Stripe counts a redirect as a failure
      signal: AbortSignal.any([abort, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await response.arrayBuffer()
    return { status: response.status }
  } catch (error) {
    return { status: 0, error: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
