import type { ServerResponse } from 'node:http'
import { sendJson } from './loopback-server.ts'

/** What a request is answered with; `cut` closes the connection instead, as a lost answer does. */
export type Answer = { status: number; body?: unknown } | 'cut'

export function answer(status: number, body?: unknown): Answer {
  return { status, body }
}

export function send(response: ServerResponse, reply: Answer): void {
  if (reply === 'cut') response.destroy()
  else sendJson(response, reply.status, reply.body)
}
