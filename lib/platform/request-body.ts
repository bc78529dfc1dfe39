import { AppError } from '#lib/contracts/errors.ts'

/** The largest body we take is 2 MiB: at this pace it comes over any line that could upload a video. */
const PATIENCE_MS = 30_000
/** Our own deepest body has nine levels. */
const MAX_DEPTH = 32

/**
 * The body as text, refused as `payload_too_large` as soon as it is known to exceed `maxBytes`: by its declared length, or by
 * counting what arrives (the length may be absent or wrong); as `request_timeout` when it is not there after `patienceMs`.
 */
export async function readText(request: Request, maxBytes: number, patienceMs = PATIENCE_MS): Promise<string> {
  refuseDeclared(request, maxBytes)
  if (!request.body) return ''
  const reader = request.body.getReader()
  const late = deadline(patienceMs)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late.passed])
      if (done) return text + decode(decoder)
      bytes += value.byteLength
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      text += decode(decoder, value)
    }
  } finally {
    late.stop()
    // Also tells the sender to stop when the body was refused half-way; after the end it changes nothing.
    await reader.cancel().catch(() => {})
  }
}

/** The declared type of the body, without parameters; undefined when there is none. */
export function mediaType(request: Request): string | undefined {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
}

/** The body as JSON. Says `unsupported_media_type` unless it is declared as such. */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  if (mediaType(request) !== 'application/json') {
    throw new AppError('unsupported_media_type', 'Send the body as application/json.')
  }
  const text = await readText(request, maxBytes)
  refuseDeep(text)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_request', 'The body is not valid JSON.', { cause })
  }
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
  } catch (cause) {
    throw new AppError('invalid_request', 'The body is not valid UTF-8.', { cause })
  }
}

/** Refuses a body as `payload_too_large` by what it says of itself, before anything of it is read. */
export function refuseDeclared(request: Request, maxBytes: number): void {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
}

/** Counts open brackets outside of strings: what would be nested too deep for those who walk it (zod, JSON.stringify) is not even parsed. */
function refuseDeep(text: string): void {
  let depth = 0
  let inText = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (inText) {
      if (character === '\\') at += 1
      else if (character === '"') inText = false
    } else if (character === '"') inText = true
    else if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') depth -= 1
    if (depth > MAX_DEPTH) throw new AppError('invalid_request', `The body is nested deeper than ${MAX_DEPTH} levels.`)
  }
}

function deadline(patienceMs: number): { passed: Promise<never>; stop(): void } {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new AppError('request_timeout', 'The body took too long to arrive. Send it again.')),
    patienceMs,
  )
  return { passed: promise, stop: () => clearTimeout(timer) }
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('payload_too_large', `The body may have at most ${maxBytes} bytes.`)
}
