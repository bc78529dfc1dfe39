import { AppError } from '#lib/contracts/errors.ts'
import type { Mail } from './port.ts'

export interface ResendConfig {
  /** `https://api.resend.com`, or a server that speaks its API. */
  apiBase: string
  apiKey: string
  /** `ReelBallers <hello@…>`, a domain verified with Resend. */
  from: string
}

const TIMEOUT_MS = 10_000

/** Resend's HTTP API (https://resend.com/docs/api-reference/emails/send-email); idempotency keys hold for 24 hours there. */
export function createResendMail({ apiBase, apiKey, from }: ResendConfig): Mail {
  const url = `${apiBase.replace(/\/+$/, '')}/emails`
  return {
    async send({ to, subject, text, html, idempotencyKey }) {
      const request = {
        method: 'POST',
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
        },
        body: JSON.stringify({ from, to: [to], subject, text, html }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }
      const response = await fetch(url, request).catch((cause: unknown) => {
        throw unavailable(cause)
      })
      const reply = await response.text().catch(() => '')
      if (!response.ok) throw unavailable(new Error(`Resend answered ${response.status}: ${reply.slice(0, 500)}`))
    },
  }
}

function unavailable(cause: unknown): AppError {
  return new AppError('unavailable', 'The mail could not be sent. Try again in a moment.', { cause })
}
