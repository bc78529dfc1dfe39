import Link from 'next/link'
import { LogoMark } from '#app/_components/brand/logo.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

const LINKS = [
  { href: '/pricing', label: 'Pricing' },
  { href: '/terms', label: 'Terms' },
  { href: '/privacy', label: 'Privacy' },
  { href: '/sign-in', label: 'Sign in' },
] as const

export function SiteFooter() {
  return (
    <footer className="mt-24 border-t border-line">
      <div className="mx-auto flex w-full max-w-7xl flex-wrap items-center gap-x-6 gap-y-4 px-4 py-8 sm:px-8">
        <LogoMark className="size-6" />
        <nav aria-label="Footer" className="flex flex-wrap gap-x-5 gap-y-2 text-sm text-muted">
          {LINKS.map(({ href, label }) => (
            <Link key={href} href={href} className="py-1 hover:text-text">
              {label}
            </Link>
          ))}
        </nav>
        <div className="ml-auto">
          <ThemeToggle />
        </div>
      </div>
    </footer>
  )
}
