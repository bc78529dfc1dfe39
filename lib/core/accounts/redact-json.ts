/** Someone's address wherever it stands in a text; wider than what can be mailed to, because it must miss none. */
const ADDRESS = /[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g
export const REDACTED = '[removed]'

/**
 * A copy of a JSON value without personal data: texts under the named keys, at any depth, are replaced (objects and lists under them by
 * null), and mail addresses in any other text, too. What is no JSON value comes back as it is.
 */
export function redactJson(value: unknown, keys: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return value.replace(ADDRESS, REDACTED)
  if (Array.isArray(value)) return value.map((item) => redactJson(item, keys))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, keys.has(key) ? withheld(item) : redactJson(item, keys)]),
  )
}

function withheld(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? '' : REDACTED
  return typeof value === 'object' ? null : value
}
