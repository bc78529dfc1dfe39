'use client'

import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { classNames } from '#app/_components/class-names.ts'

/** Not modal: a modal one would inject styles that the content security policy refuses. */
export function Menu({ trigger, children }: { trigger: ReactNode; children: ReactNode }) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="end"
          sideOffset={6}
          className="z-50 min-w-48 animate-pop rounded-lg border border-line bg-surface p-1.5 shadow-pop"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export function MenuItem({
  icon,
  danger = false,
  onSelect,
  children,
}: {
  icon: ReactNode
  danger?: boolean
  onSelect: () => void
  children: ReactNode
}) {
  return (
    <Radix.Item onSelect={onSelect} className={itemLook(danger)}>
      {icon}
      {children}
    </Radix.Item>
  )
}

/** A menu line that leads somewhere: a download, another page. */
export function MenuLink({ icon, href, children }: { icon: ReactNode; href: string; children: ReactNode }) {
  return (
    <Radix.Item asChild className={itemLook(false)}>
      <a href={href}>
        {icon}
        {children}
      </a>
    </Radix.Item>
  )
}

function itemLook(danger: boolean): string {
  return classNames(
    'flex h-10 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-sm font-medium outline-none data-[highlighted]:bg-sunk [&_svg]:size-4',
    danger ? 'text-card' : 'text-text',
  )
}
