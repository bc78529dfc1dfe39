import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { S3Request } from './s3-request.ts'
import { xmlDocument } from './xml.ts'

/** A rule that spoils the next `times` requests that match. What `match` leaves out matches everything. */
export const Fault = z
  .strictObject({
    match: z
      .strictObject({
        method: z.enum(['GET', 'HEAD', 'PUT', 'POST', 'DELETE']).optional(),
        key_prefix: z.string().optional(),
        part_number: z.int().min(1).max(10_000).optional(),
      })
      .default({}),
    action: z.enum(['status', 'drop', 'truncate', 'delay']),
    status: z.int().min(400).max(599).default(503),
    delay_ms: z.int().min(0).max(600_000).optional(),
    times: z.int().min(1),
  })
  .refine((fault) => (fault.action === 'delay') === (fault.delay_ms !== undefined), {
    message: 'delay_ms belongs to the action delay, and is required there',
  })
export type Fault = z.infer<typeof Fault>

const CODE_BY_STATUS: Record<number, string> = {
  403: 'AccessDenied',
  404: 'NoSuchKey',
  429: 'TooManyRequests',
  500: 'InternalError',
}

/** The rules in force, first match first. */
export class FaultPlan {
  #faults: Fault[] = []

  add(fault: Fault): void {
    this.#faults.push(fault)
  }

  clear(): void {
    this.#faults = []
  }

  all(): readonly Fault[] {
    return this.#faults
  }

  /** The first rule for this request, used up by one. */
  take(request: S3Request): Fault | null {
    const fault = this.#faults.find(({ match }) => matches(match, request))
    if (!fault) return null
    fault.times -= 1
    if (fault.times === 0) this.#faults = this.#faults.filter((other) => other !== fault)
    return fault
  }
}

/** What is left to do with a request once its fault is applied. */
export type FaultOutcome = 'answered' | 'proceed' | 'truncate-download'

export async function applyFault(fault: Fault, request: S3Request, response: ServerResponse): Promise<FaultOutcome> {
  switch (fault.action) {
    case 'status':
      return answerStatus(fault.status, response)
    case 'drop':
      request.incoming.socket.destroy()
      return 'answered'
    case 'delay':
      await wait(fault.delay_ms ?? 0)
      return 'proceed'
    case 'truncate':
      return truncate(request)
    default:
      return fault.action satisfies never
  }
}

function answerStatus(status: number, response: ServerResponse): FaultOutcome {
  const body = xmlDocument('Error', {
    Code: CODE_BY_STATUS[status] ?? 'ServiceUnavailable',
    Message: 'A fault was asked for.',
  })
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) })
  response.end(body)
  return 'answered'
}

/** Downloads stop halfway through their bytes; uploads are cut off once half of theirs have come in. */
async function truncate(request: S3Request): Promise<FaultOutcome> {
  if (request.method === 'GET') return 'truncate-download'
  // Leaving the loop parts the message from its socket.
  const { socket } = request.incoming
  const half = Number(request.incoming.headers['content-length'] ?? 0) / 2
  let received = 0
  try {
    for await (const bytes of request.incoming) {
      received += bytes.length
      if (received >= half) break
    }
  } catch {
    // The client hung up first, which comes to the same.
  }
  socket.destroy()
  return 'answered'
}

function matches(match: Fault['match'], request: S3Request): boolean {
  return (
    (match.method === undefined || match.method === request.method) &&
    (match.key_prefix === undefined || request.key.startsWith(match.key_prefix)) &&
    (match.part_number === undefined || String(match.part_number) === request.query.get('partNumber'))
  )
}
