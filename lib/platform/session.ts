import type { Ctx } from '#lib/services/context.ts'
import type { SignedIn } from './make-route.ts'

/** Who is signed in, for server components and routes alike; null when nobody is. */
export async function readUser(_ctx?: Ctx): Promise<SignedIn | null> {
  return null
}
