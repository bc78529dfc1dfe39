import type { IncomingMessage } from 'node:http'
import { RequestError } from './errors.ts'

const MAX_BYTES = 1024 * 1024

/** @throws RequestError 413 above 1 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) {
      throw new RequestError(413, { type: 'invalid_request_error', message: 'Request body is too large.' })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** @throws RequestError 400 when a body is sent as anything but a form. */
export function requireForm(contentType: string | undefined, body: string): void {
  if (body === '' || contentType?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded') return
  const message =
    'Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, ' +
    'we can help at https://support.stripe.com/.'
  throw new RequestError(400, { type: 'invalid_request_error', message }, { executed: false })
}
