import { redirect } from 'next/navigation'
import { cache } from 'react'
import { SIGN_IN_PATHS } from '#lib/contracts/api/sign-in.ts'
import { readUser } from '#lib/platform/session.ts'

/** Who is signed in; asked once per request, however many parts of the page want to know. */
export const currentUser = cache(async () => await readUser())

/** For pages behind the login: the user, or a detour through the sign-in page that leads back to `path`. */
export async function requireUser(path: string) {
  const user = await currentUser()
  if (!user) redirect(`${SIGN_IN_PATHS.start}?callbackUrl=${encodeURIComponent(path)}`)
  return user
}
