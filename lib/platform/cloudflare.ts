import { getRequestContext } from '@cloudflare/next-on-pages'
import type { makeDb } from '#db/client.ts'

type DatabaseBinding = Parameters<typeof makeDb>[0]

/** What the hosting platform lends to one request. The only file that knows which platform that is. */
export interface Host {
  database: DatabaseBinding
  /** Environment values by name, not yet parsed. */
  values: Readonly<Record<string, unknown>>
}

/** Throws outside a request. */
export function readHost(): Host {
  const { env } = getRequestContext()
  return {
    database: env.DB as DatabaseBinding,
    // `next dev` has its values in the process; the host's win.
    values: process.env.NODE_ENV === 'development' ? { ...process.env, ...env } : env,
  }
}
