import { cookies } from 'next/headers'
import { cache } from 'react'
import type { MeView } from '#lib/contracts/api/account.ts'
import { findSession } from '#lib/services/accounts/find-session.ts'
import { sessionCookieName } from '#lib/services/accounts/session-cookie.ts'
import type { Ctx } from '#lib/services/context.ts'
import { makeContext } from './container.ts'

/** Who is signed in, for pages: looked up once per render, however many components ask. Null when nobody is. */
export const readUser = cache(() => readSignedIn(makeContext()))

async function readSignedIn(ctx: Ctx): Promise<MeView | null> {
  const token = (await cookies()).get(sessionCookieName(ctx.settings.appUrl))?.value
  const session = token ? await findSession({ ctx, input: { token } }) : null
  return session?.user ?? null
}
