import { CircleCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { ButtonLink } from '#app/_components/ui/button.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Account deleted' }

export default function AccountDeletedPage() {
  return (
    <>
      <CircleCheck aria-hidden className="size-10 text-grass" />
      <h1 className="mt-4 text-headline font-extrabold">Your account is deleted</h1>
      <p className="mt-3 text-muted">
        You are signed out everywhere. Your videos leave our storage now; what machines were still working on, within a
        day. We sent you a mail that says so.
      </p>
      <p className="mt-3 text-muted">Thank you for playing with us.</p>
      <ButtonLink href="/" className="mt-8">
        Back to the start page
      </ButtonLink>
    </>
  )
}
