import { Field, TextInput } from '#app/_components/ui/field.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import { SubmitButton } from '#app/_components/ui/submit-button.tsx'
import type { SignInError, SignInProvider } from '#lib/contracts/api/sign-in.ts'

const PROBLEMS = {
  invalid_email: ['That is not an e-mail address', 'Check it and send it again.'],
  link_expired: ['That link no longer works', 'Each link works once, for 15 minutes. Ask for a new one.'],
  rate_limited: ['Too many tries', 'Wait an hour, then ask for a new link.'],
  access_denied: ['You cannot sign in that way', 'Use a link by e-mail instead.'],
  unavailable: ['Signing in does not work right now', 'Try again in a minute.'],
} as const satisfies Record<SignInError, readonly [string, string]>

const PROVIDER_NAMES = { google: 'Google', github: 'GitHub' } as const satisfies Record<SignInProvider, string>

/** Plain forms: they work before, and without, any script. */
export function SignInForm({
  callbackUrl,
  providers,
  error,
}: {
  callbackUrl: string
  providers: readonly SignInProvider[]
  error: SignInError | null
}) {
  const problem = error ? PROBLEMS[error] : null
  return (
    <>
      <h1 className="text-headline font-extrabold">Sign in</h1>
      <p className="mt-3 text-muted">No password. We mail you a link; a new address gets a new account.</p>
      {problem ? (
        <div className="mt-6">
          <Notice tone="error" title={problem[0]}>
            {problem[1]}
          </Notice>
        </div>
      ) : null}
      <form method="post" action="/api/auth/signin/email" className="mt-8 flex flex-col gap-4">
        <input type="hidden" name="callbackUrl" value={callbackUrl} />
        <Field label="E-mail address" htmlFor="email">
          <TextInput
            id="email"
            name="email"
            type="email"
            required
            autoComplete="email"
            maxLength={254}
            placeholder="you@club.example"
            aria-invalid={error === 'invalid_email' || undefined}
          />
        </Field>
        <SubmitButton>E-mail me a link</SubmitButton>
      </form>
      {providers.length > 0 ? (
        <div className="mt-6 flex flex-col gap-2 border-t border-line pt-6">
          {providers.map((provider) => (
            <form key={provider} method="post" action={`/api/auth/signin/${provider}`}>
              <input type="hidden" name="callbackUrl" value={callbackUrl} />
              <SubmitButton tone="secondary">Continue with {PROVIDER_NAMES[provider]}</SubmitButton>
            </form>
          ))}
        </div>
      ) : null}
    </>
  )
}
