import { SIGN_IN_PATHS } from '#lib/contracts/api/sign-in.ts'
import type { Ctx } from '#lib/services/context.ts'
import { hashSessionToken } from './session-token.ts'
import { signInMail } from './sign-in-mail.ts'

export const SIGN_IN_LINK_MINUTES = 15

/** Mails the link that leads to the page with the confirming button. Throws AppError `unavailable`. */
export async function sendSignInLink({
  ctx,
  input: { email, token, callbackUrl },
}: {
  ctx: Ctx
  input: { email: string; token: string; callbackUrl: string }
}): Promise<void> {
  const { appUrl } = ctx.settings
  const url = `${appUrl}${SIGN_IN_PATHS.confirm}?${new URLSearchParams({ token, email, callbackUrl })}`
  const mail = signInMail({ url, appUrl, minutes: SIGN_IN_LINK_MINUTES })
  await ctx.mail.send({ to: email, ...mail, idempotencyKey: `sign-in-${await hashSessionToken(token)}` })
}
