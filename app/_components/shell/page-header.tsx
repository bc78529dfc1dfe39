import { ChevronLeft } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'

/** The top of a page behind the login: where it belongs, what it is, what can be done. */
export function PageHeader({
  title,
  back,
  actions,
  children,
}: {
  title: ReactNode
  back?: { href: string; label: string }
  actions?: ReactNode
  children?: ReactNode
}) {
  return (
    <header className="mb-6 sm:mb-8">
      {back ? (
        <Link
          href={back.href}
          className="-ml-1 mb-2 inline-flex h-8 items-center gap-1 text-sm font-medium text-muted hover:text-text print:hidden"
        >
          <ChevronLeft aria-hidden className="size-4" />
          {back.label}
        </Link>
      ) : null}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <h1 className="mr-auto min-w-0 text-[1.75rem] leading-tight font-bold tracking-[-0.03em] [overflow-wrap:anywhere]">
          {title}
        </h1>
        {actions}
      </div>
      {children}
    </header>
  )
}
