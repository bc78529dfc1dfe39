import type { ReactNode } from 'react'
import { classNames } from '#app/_components/class-names.ts'

export type Tone = 'neutral' | 'ball' | 'grass' | 'amber' | 'card' | 'sky'

const TONES: Readonly<Record<Tone, string>> = {
  neutral: 'bg-sunk text-muted',
  ball: 'bg-ball-wash text-ball-text',
  grass: 'bg-grass-wash text-grass',
  amber: 'bg-amber-wash text-amber',
  card: 'bg-card-wash text-card',
  sky: 'bg-sky-wash text-sky',
}

export function Badge({
  tone = 'neutral',
  live = false,
  children,
}: {
  tone?: Tone
  live?: boolean
  children: ReactNode
}) {
  return (
    <span
      className={classNames(
        'inline-flex h-6 items-center gap-1.5 rounded-sm px-2 text-xs font-semibold whitespace-nowrap',
        TONES[tone],
      )}
    >
      {live ? <span aria-hidden className="size-1.5 animate-pulse-dot rounded-full bg-current" /> : null}
      {children}
    </span>
  )
}
