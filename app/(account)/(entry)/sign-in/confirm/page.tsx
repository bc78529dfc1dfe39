import type { Metadata } from 'next'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { SubmitButton } from '#app/_components/ui/submit-button.tsx'
import { ConfirmSignIn } from '#lib/contracts/api/sign-in.ts'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Confirm sign-in', referrer: 'no-referrer' }

type Query = Promise<Record<string, string | string[] | undefined>>

/** Mail scanners open links, so opening this page signs nobody in: the button does. */
export default async function ConfirmPage({ searchParams }: { searchParams: Query }) {
  const link = ConfirmSignIn.safeParse(await searchParams)
  if (!link.success) {
    return (
      <>
        <h1 className="text-headline font-extrabold">That link is not complete</h1>
        <p className="mt-3 text-muted">Copy the whole address from the mail, or ask for a new link.</p>
        <ButtonLink href="/sign-in" tone="primary" className="mt-8">
          Ask for a new link
        </ButtonLink>
      </>
    )
  }
  return (
    <>
      <h1 className="text-headline font-extrabold">One more touch</h1>
      <p className="mt-3 text-muted">
        You are about to sign in as{' '}
        <strong className="font-semibold [overflow-wrap:anywhere] text-text">{link.data.email}</strong>.
      </p>
      <form method="post" action="/api/auth/confirm" className="mt-8">
        <input type="hidden" name="token" value={link.data.token} />
        <input type="hidden" name="email" value={link.data.email} />
        <input type="hidden" name="callbackUrl" value={link.data.callbackUrl} />
        <SubmitButton>Sign in</SubmitButton>
      </form>
    </>
  )
}
