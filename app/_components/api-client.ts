import type { z } from 'zod'
import { AppError, ErrorBody } from '#lib/contracts/errors.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/**
 * Calls our API and parses the answer with its contract. Throws AppError always: the server's own code, `unavailable` when
 * nothing answers, `internal` when the answer is not what the contract says.
 */
export async function callApi<Schema extends z.ZodType>(
  method: Method,
  path: string,
  schema: Schema,
  body?: unknown,
): Promise<z.infer<Schema>> {
  const response = await send(method, path, body)
  const json: unknown = await response.json().catch(() => null)
  if (!response.ok) throw readError(response.status, json)
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw new AppError('internal', 'The answer could not be read.', { cause: parsed.error })
  return parsed.data
}

/** Asks for a file that our API makes. Throws AppError as `callApi` does. */
export async function downloadApi(path: string): Promise<Blob> {
  const response = await send('POST', path, undefined)
  if (!response.ok) throw readError(response.status, await response.json().catch(() => null))
  try {
    return await response.blob()
  } catch (cause) {
    throw new AppError('unavailable', 'The connection to ReelBallers was lost.', { cause })
  }
}

async function send(method: Method, path: string, body: unknown): Promise<Response> {
  const init: RequestInit = { method, headers: { accept: 'application/json' } }
  if (body !== undefined) {
    init.headers = { accept: 'application/json', 'content-type': 'application/json' }
    init.body = JSON.stringify(body)
  }
  try {
    return await fetch(path, init)
  } catch (cause) {
    throw new AppError('unavailable', 'There is no connection to ReelBallers.', { cause })
  }
}

function readError(status: number, json: unknown): AppError {
  const parsed = ErrorBody.safeParse(json)
  if (parsed.success) {
    const { code, message, field } = parsed.data
    return new AppError(code, message, field ? { field } : {})
  }
  return new AppError(status >= 500 ? 'unavailable' : 'internal', `The server answered ${status}.`)
}
