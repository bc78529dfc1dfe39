import { SubmitButton } from '#app/_components/ui/submit-button.tsx'

/** A plain form: the link it asks for leads back here, signed in anew. */
export function SignInAgain({ email }: { email: string }) {
  return (
    <section aria-labelledby="again" className="rounded-xl border border-line bg-surface p-5 sm:p-6">
      <h2 id="again" className="text-lg font-semibold">
        First show that it is you
      </h2>
      <p className="mt-1 text-muted">
        You signed in a while ago. We mail a link to{' '}
        <strong className="font-semibold [overflow-wrap:anywhere] text-text">{email}</strong>; it leads back to this
        page.
      </p>
      <form method="post" action="/api/auth/signin/email" className="mt-5 sm:w-56">
        <input type="hidden" name="email" value={email} />
        <input type="hidden" name="callbackUrl" value="/account/delete" />
        <SubmitButton tone="secondary">E-mail me a link</SubmitButton>
      </form>
    </section>
  )
}
