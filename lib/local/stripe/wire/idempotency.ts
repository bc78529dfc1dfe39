import type { Store } from '#lib/local/stripe/store/store.ts'
import type { IdempotentResult } from '#lib/local/stripe/store/tables.ts'
import { RequestError } from './errors.ts'

const LIFE_MS = 24 * 3600_000
const MAX_KEY_LENGTH = 255

/**
 * Stripe's idempotency keys (https://docs.stripe.com/api/idempotent_requests): the first answer is kept for 24 hours and
 * replayed; the same key for another request is an error, and so is one whose first request is still running.
 */
export class IdempotencyKeys {
  readonly #store: Store
  readonly #running = new Set<string>()

  constructor(store: Store) {
    this.#store = store
  }

  /** Claims a key. @returns the first answer when there is one. @throws RequestError 400 or 409 */
  claim(key: string, fingerprint: string, nowMs: number): IdempotentResult | undefined {
    if (key.length > MAX_KEY_LENGTH) throw misuse(`Idempotency keys can be at most ${MAX_KEY_LENGTH} characters long.`)
    if (this.#running.has(key)) {
      const message =
        `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, ` +
        `and the other request is still going through): ${key}. Please try again later.`
      const body = { type: 'invalid_request_error', message, code: 'idempotency_key_in_use' } as const
      throw new RequestError(409, body, { executed: false })
    }
    const earlier = this.#store.get('idempotency', key)
    if (earlier && nowMs - earlier.createdMs < LIFE_MS) {
      if (earlier.fingerprint === fingerprint) return earlier
      throw misuse(
        `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key ` +
          `other than '${key}' if you meant to execute a different request.`,
      )
    }
    this.#running.add(key)
    return undefined
  }

  release(key: string): void {
    this.#running.delete(key)
  }
}

function misuse(message: string): RequestError {
  return new RequestError(400, { type: 'idempotency_error', message }, { executed: false })
}
