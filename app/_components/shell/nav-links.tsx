'use client'

import { CircleUser, Clapperboard, Film, Gauge, ListVideo, Wallet } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { classNames } from '#app/_components/class-names.ts'

const PLACES = [
  { href: '/library', label: 'Library', Icon: Film },
  { href: '/projects', label: 'Projects', Icon: Clapperboard },
  { href: '/jobs', label: 'Jobs', Icon: ListVideo },
  { href: '/wallet', label: 'Wallet', Icon: Wallet },
  { href: '/account', label: 'Account', Icon: CircleUser },
] as const
const ADMIN = { href: '/admin', label: 'Admin', Icon: Gauge } as const

export function NavLinks({ admin, look }: { admin: boolean; look: 'side' | 'tabs' }) {
  const pathname = usePathname()
  const places = admin ? [...PLACES, ADMIN] : PLACES
  return (
    <ul className={look === 'side' ? 'flex flex-col gap-0.5' : 'grid auto-cols-fr grid-flow-col'}>
      {places.map(({ href, label, Icon }) => {
        const here = pathname === href || pathname.startsWith(`${href}/`)
        return (
          <li key={href}>
            <Link href={href} aria-current={here ? 'page' : undefined} className={linkLook(look, here)}>
              <Icon aria-hidden className="size-5" />
              {label}
            </Link>
          </li>
        )
      })}
    </ul>
  )
}

function linkLook(look: 'side' | 'tabs', here: boolean): string {
  return look === 'side'
    ? classNames(
        'relative flex h-10 items-center gap-3 rounded-md px-2.5 text-[0.95rem] font-medium transition-colors',
        here
          ? 'bg-fill text-text before:absolute before:inset-y-2 before:-left-4 before:w-1 before:rounded-r-full before:bg-ball'
          : 'text-muted hover:bg-raised hover:text-text',
      )
    : classNames(
        'relative flex h-16 flex-col items-center justify-center gap-1 text-xs font-semibold',
        here
          ? 'text-text before:absolute before:inset-x-5 before:top-0 before:h-0.5 before:rounded-b-full before:bg-ball'
          : 'text-muted',
      )
}
