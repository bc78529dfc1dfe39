import { createHmac } from 'node:crypto'

/** The `Stripe-Signature` header (https://docs.stripe.com/webhooks#verify-manually). */
export function signPayload(payload: string, secret: string, timestampS: number): string {
  const signature = createHmac('sha256', secret).update(`${timestampS}.${payload}`).digest('hex')
  return `t=${timestampS},v1=${signature}`
}
