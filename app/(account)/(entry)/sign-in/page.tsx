import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { currentUser } from '#app/_components/shell/require-user.ts'
import { SIGN_IN_PROVIDERS, SIGNED_IN_PATH, SignInError, type SignInProvider } from '#lib/contracts/api/sign-in.ts'
import { safeCallbackPath } from '#lib/core/accounts/safe-callback-path.ts'
import { readEnv } from '#lib/platform/container.ts'
import { SignInForm } from './sign-in-form.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Sign in' }

type Query = Promise<Record<string, string | string[] | undefined>>

export default async function SignInPage({ searchParams }: { searchParams: Query }) {
  const query = await searchParams
  const callbackUrl = typeof query.callbackUrl === 'string' ? query.callbackUrl : ''
  if (await currentUser()) {
    redirect(safeCallbackPath(callbackUrl, { appUrl: readEnv().APP_URL, fallback: SIGNED_IN_PATH }))
  }
  const error = SignInError.safeParse(query.error)
  return (
    <SignInForm
      callbackUrl={callbackUrl}
      providers={SIGN_IN_PROVIDERS.filter(isConfigured)}
      error={query.error === undefined ? null : (error.data ?? 'unavailable')}
    />
  )
}

function isConfigured(provider: SignInProvider): boolean {
  const env = readEnv()
  return Boolean(provider === 'google' ? env.AUTH_GOOGLE_ID : env.AUTH_GITHUB_ID)
}
