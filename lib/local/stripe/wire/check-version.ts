import { API_VERSION } from '#lib/local/stripe/store/work.ts'
import { RequestError } from './errors.ts'

/** Only the version whose objects this stand-in knows; without the header it is the account's default. */
export function checkVersion(header: string | undefined): void {
  if (header === undefined || header === API_VERSION) return
  const message = /^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(header)
    ? `The local Stripe stand-in speaks version ${API_VERSION} only, not ${header}.`
    : `Invalid Stripe API version: ${header}`
  throw new RequestError(400, { type: 'invalid_request_error', message }, { executed: false })
}
