import type { ServerResponse } from 'node:http'
import { S3Error } from './s3-error.ts'
import { type XmlFields, xmlDocument } from './xml.ts'

export function sendXml(response: ServerResponse, root: string, fields: XmlFields, status = 200): void {
  sendText(response, status, 'application/xml', xmlDocument(root, fields))
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, 'application/json', JSON.stringify(value))
}

export function sendEmpty(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers)
  response.end()
}

/** Answers with the error, or hangs up when the answer has already begun. Node reads on what is left of the body. */
export function sendError(response: ServerResponse, error: unknown, resource: string): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const known = error instanceof S3Error ? error : new S3Error('InternalError', 'We encountered an internal error.')
  if (known !== error) process.stderr.write(`local s3: ${error instanceof Error ? error.stack : String(error)}\n`)
  for (const name of response.getHeaderNames()) if (!KEPT_ON_ERRORS.test(name)) response.removeHeader(name)
  for (const [name, value] of Object.entries(known.headers)) response.setHeader(name, value)
  const requestId = response.getHeader('x-amz-request-id')
  sendXml(
    response,
    'Error',
    { Code: known.code, Message: known.message, Resource: resource, RequestId: String(requestId) },
    known.status,
  )
}

/** Text a client chose, as a header value: UTF-8 bytes, never a control character. Throws InvalidArgument. */
export function headerText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text))
    throw new S3Error('InvalidArgument', 'A header value has control characters in it.')
  return Buffer.from(text, 'utf8').toString('latin1')
}

const KEPT_ON_ERRORS = /^(x-amz-request-id|vary|access-control-.*)$/

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  const body = Buffer.from(text)
  response.writeHead(status, { 'content-type': type, 'content-length': body.length })
  // For HEAD, Node leaves the body out by itself.
  response.end(body)
}
