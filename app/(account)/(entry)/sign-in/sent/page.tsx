import { MailCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { ButtonLink } from '#app/_components/ui/button.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Check your mail' }

export default async function SentPage({ searchParams }: { searchParams: Promise<{ email?: string | string[] }> }) {
  const { email } = await searchParams
  return (
    <>
      <MailCheck aria-hidden className="size-10 text-ball-text" />
      <h1 className="mt-4 text-headline font-extrabold">Check your mail</h1>
      <p className="mt-3 text-muted">
        We sent a link to{' '}
        <strong className="font-semibold [overflow-wrap:anywhere] text-text">
          {typeof email === 'string' ? email : 'your address'}
        </strong>
        . Open it on this device and press the button. It works once, for 15 minutes.
      </p>
      <p className="mt-3 text-sm text-muted">Nothing there? Look in the spam folder, then ask again.</p>
      <ButtonLink href="/sign-in" className="mt-8">
        Use another address
      </ButtonLink>
    </>
  )
}
