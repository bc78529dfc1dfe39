// Crockford's alphabet: no i, l, o, u, so an id can be read out loud; lower case, in ASCII order.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const TIME_CHARACTERS = 10
const RANDOM_CHARACTERS = 16

function encodeTime(timeMs: number): string {
  let rest = timeMs
  let text = ''
  for (let i = 0; i < TIME_CHARACTERS; i++) {
    text = ALPHABET.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}

/** 80 random bits: five of each byte's eight, so that no character is likelier than another. */
function randomText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_CHARACTERS))
  return Array.from(bytes, (byte) => ALPHABET.charAt(byte & 31)).join('')
}

/** `newId('job')` → `job_01k…`: sorts by creation time to the millisecond, and cannot be guessed. */
export function newId(prefix: string, timeMs: number = Date.now()): string {
  return `${prefix}_${encodeTime(timeMs)}${randomText()}`
}
