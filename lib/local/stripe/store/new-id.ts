import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A random id in Stripe's look: `pi_` and letters and digits. */
export function newId(prefix: string, length = 24): string {
  let text = ''
  while (text.length < length) {
    // 248 = 4 × 62: larger bytes would favour the first letters.
    for (const byte of randomBytes(length)) if (byte < 248 && text.length < length) text += ALPHABET[byte % 62]
  }
  return `${prefix}_${text}`
}
