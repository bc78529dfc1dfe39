import type { Settings } from '#lib/services/context.ts'

const encoder = new TextEncoder()

const importKey = (secret: string) =>
  crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])

const message = (attemptId: string, expiresAtMs: number) => encoder.encode(`callback:${attemptId}:${expiresAtMs}`)

const toBase64Url = (bytes: ArrayBuffer) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}

/** `<expiry in ms, base 36>.<HMAC-SHA-256 of attempt id and expiry>`: what the worker and RunPod's webhook prove themselves with. */
export async function signCallbackToken(settings: Settings, attemptId: string, expiresAtMs: number): Promise<string> {
  const key = await importKey(settings.callbackSecrets[0])
  const signature = await crypto.subtle.sign('HMAC', key, message(attemptId, expiresAtMs))
  return `${expiresAtMs.toString(36)}.${toBase64Url(signature)}`
}

/** True when one of the active secrets signed the token for this attempt and it has not expired. `subtle.verify` compares in constant time. */
export async function verifyCallbackToken(
  settings: Settings,
  attemptId: string,
  token: string,
  nowMs: number,
): Promise<boolean> {
  const [expiry = '', signature = '', ...rest] = token.split('.')
  if (rest.length > 0 || !/^[0-9a-z]{1,11}$/.test(expiry)) return false
  const expiresAtMs = Number.parseInt(expiry, 36)
  const bytes = fromBase64Url(signature)
  if (bytes?.length !== 32) return false
  let valid = false
  for (const secret of settings.callbackSecrets) {
    const matches = await crypto.subtle.verify('HMAC', await importKey(secret), bytes, message(attemptId, expiresAtMs))
    valid = valid || matches
  }
  return valid && nowMs < expiresAtMs
}
