import { createHash } from 'node:crypto'
import type { Mail } from './mail.ts'
import type { IdempotentSend, MailStore } from './mail-store.ts'
import { parseEmail } from './parse-email.ts'
import { ResendError } from './resend-error.ts'

type Input = { body: unknown; idempotencyKey: string | undefined; nowMs: number }

/**
 * Accepts one mail and returns its id. A repeated idempotency key gives the first id again and sends nothing; with another
 * body it is a conflict. A refused mail does not use its key up.
 */
export function sendMail(store: MailStore, { body, idempotencyKey, nowMs }: Input): string {
  const send = idempotencyKey === undefined ? undefined : idempotentSend(idempotencyKey, body)
  const earlier = send === undefined ? undefined : store.findSend(send.key, nowMs)
  if (send !== undefined && earlier !== undefined) {
    if (earlier.bodyHash === send.bodyHash) return earlier.mailId
    throw new ResendError(
      409,
      'invalid_idempotent_request',
      'Same idempotency key used with a different request payload.',
    )
  }
  const mail: Mail = { id: crypto.randomUUID(), created_at: new Date(nowMs).toISOString(), ...parseEmail(body) }
  store.insert(mail, send, nowMs)
  return mail.id
}

function idempotentSend(key: string, body: unknown): IdempotentSend {
  if (key.length < 1 || key.length > 256) {
    throw new ResendError(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.')
  }
  return { key, bodyHash: createHash('sha256').update(JSON.stringify(body)).digest('hex') }
}
