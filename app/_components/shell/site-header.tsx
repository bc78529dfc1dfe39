import Link from 'next/link'
import { Logo } from '#app/_components/brand/logo.tsx'
import { ButtonLink } from '#app/_components/ui/button.tsx'

export function SiteHeader() {
  return (
    <header className="mx-auto flex h-16 w-full max-w-7xl items-center gap-2 px-4 sm:h-20 sm:px-8">
      <Link href="/" aria-label="ReelBallers, home" className="mr-auto">
        <Logo />
      </Link>
      <nav aria-label="Site" className="flex items-center gap-1">
        <ButtonLink href="/pricing" tone="quiet" size="sm" className="max-sm:hidden">
          Pricing
        </ButtonLink>
        <ButtonLink href="/sign-in" tone="quiet" size="sm">
          Sign in
        </ButtonLink>
        <ButtonLink href="/sign-in?callbackUrl=%2Flibrary" tone="primary" size="sm" className="max-[22rem]:hidden">
          Upload a clip
        </ButtonLink>
      </nav>
    </header>
  )
}
