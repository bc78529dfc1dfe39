import type { Log } from '#lib/services/context.ts'

const SECRET_KEY = /authorization|cookie|password|secret|signature|token|api[-_]?key|access[-_]?key|credential/i
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]+/gi
/** `?token=…`, `&X-Amz-Signature=…` and the like, anywhere in a text. */
const SECRET_PARAMETER =
  /([?&;](?:[\w.-]*(?:token|secret|signature|credential|password|api[-_]?key)|code|state)=)[^&\s"'<>#]+/gi
/** `"callback_token":"…"` in JSON that an error quotes. */
const SECRET_PROPERTY =
  /("[\w.-]*(?:token|secret|signature|credential|password|authorization|api[-_]?key)"\s*:\s*)"[^"]*"/gi
/** Our own tokens by their shape: a callback's (expiry and HMAC), a session's. */
const OWN_TOKEN = /\b[0-9a-z]{7,11}\.[\w-]{43}(?![\w-])|\bsession=[^;,\s"']+/g
/** Keys as the vendors spell them, wherever they turn up. */
const VENDOR_KEY = /\b(?:(?:sk|rk|pk)_(?:live|test)|whsec|rpa|re)_[A-Za-z0-9_]{8,}/g
const MAX_DEPTH = 6
const REDACTED = '[redacted]'

export function redactText(text: string): string {
  return text
    .replace(BEARER, `$1 ${REDACTED}`)
    .replace(SECRET_PARAMETER, `$1${REDACTED}`)
    .replace(SECRET_PROPERTY, `$1"${REDACTED}"`)
    .replace(OWN_TOKEN, REDACTED)
    .replace(VENDOR_KEY, REDACTED)
}

/** A copy that is safe to print: secrets replaced by name and by shape, errors unfolded, depth bounded. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return '[deeper]'
  if (value instanceof Error) return redactError(value, depth)
  if (value instanceof Headers) return redact(Object.fromEntries(value), depth)
  if (value instanceof URL) return redactText(value.href)
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    SECRET_KEY.test(key) ? REDACTED : redact(item, depth + 1),
  ])
  return Object.fromEntries(entries)
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  return {
    name: error.name,
    message: redactText(error.message),
    ...('code' in error ? { code: redact(error.code, depth + 1) } : {}),
    ...(error.stack ? { stack: redactText(error.stack) } : {}),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  }
}

/** One JSON line per event on the level's console stream; the platform collects them. */
export const log: Log = (level, message, fields = {}) => {
  const safe = redact(fields) as Record<string, unknown>
  const line = JSON.stringify({
    at: new Date().toISOString(),
    level,
    message: redactText(message),
    ...safe,
  })
  console[level](line)
}
