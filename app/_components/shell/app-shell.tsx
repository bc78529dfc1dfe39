import Link from 'next/link'
import type { ReactNode } from 'react'
import { Logo, LogoMark } from '#app/_components/brand/logo.tsx'
import { BalanceChip } from './balance-chip.tsx'
import { JobsChip } from './jobs-chip.tsx'
import { NavLinks } from './nav-links.tsx'
import { UploadsChip } from './uploads-chip.tsx'

/** A side bar on a desk; on a phone a top bar for what is going on and a bottom bar for thumbs. */
export function AppShell({ email, admin, children }: { email: string; admin: boolean; children: ReactNode }) {
  return (
    <div className="lg:grid-cols-[15rem_1fr] lg:not-print:grid">
      <aside className="sticky top-0 hidden h-dvh flex-col border-r border-line p-4 lg:flex print:hidden">
        <Link href="/library" aria-label="ReelBallers, your library" className="px-2 py-2">
          <Logo />
        </Link>
        <nav aria-label="Main" className="mt-6">
          <NavLinks admin={admin} look="side" />
        </nav>
        <div className="mt-auto flex flex-col gap-2">
          <UploadsChip />
          <JobsChip />
          <BalanceChip look="panel" />
          <p className="truncate px-2 pt-2 text-xs text-faint" title={email}>
            {email}
          </p>
        </div>
      </aside>
      <header className="sticky top-0 z-30 flex h-14 items-center gap-2 border-b border-line bg-bg px-4 lg:hidden print:hidden">
        <Link href="/library" aria-label="ReelBallers, your library" className="mr-auto">
          <LogoMark className="size-8" />
        </Link>
        <UploadsChip />
        <JobsChip />
        <BalanceChip look="chip" />
      </header>
      <main
        id="main"
        className="mx-auto w-full max-w-6xl min-w-0 px-4 pt-6 pb-28 sm:px-8 lg:pt-10 lg:pb-16 print:max-w-none print:p-0"
      >
        {children}
      </main>
      <nav
        aria-label="Main"
        className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-bg pb-[env(safe-area-inset-bottom)] lg:hidden print:hidden"
      >
        <NavLinks admin={admin} look="tabs" />
      </nav>
    </div>
  )
}
