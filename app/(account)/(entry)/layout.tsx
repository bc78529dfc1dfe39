import Link from 'next/link'
import type { ReactNode } from 'react'
import { Logo } from '#app/_components/brand/logo.tsx'
import { PitchLines } from '#app/_components/brand/pitch-lines.tsx'

export const runtime = 'edge'

export default function EntryLayout({ children }: { children: ReactNode }) {
  return (
    <div className="relative grid min-h-dvh grid-rows-[auto_1fr] overflow-hidden">
      <PitchLines className="pointer-events-none absolute top-1/2 right-0 -z-10 h-[130%] -translate-y-1/2 text-line-strong/60 max-lg:opacity-50" />
      <header className="px-4 py-5 sm:px-8">
        <Link href="/" aria-label="ReelBallers, home" className="inline-block">
          <Logo />
        </Link>
      </header>
      <main id="main" className="mx-auto w-full max-w-7xl px-4 pt-[8vh] pb-16 sm:px-8">
        <div className="max-w-md">{children}</div>
      </main>
    </div>
  )
}
