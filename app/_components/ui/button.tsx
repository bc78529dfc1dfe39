import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import { classNames } from '#app/_components/class-names.ts'

export type ButtonTone = 'primary' | 'secondary' | 'quiet' | 'danger' | 'ink'
export type ButtonSize = 'sm' | 'md' | 'lg'

const TONES: Readonly<Record<ButtonTone, string>> = {
  primary: 'bg-ball text-on-ball hover:bg-ball-hover',
  secondary: 'bg-surface text-text border border-line-strong hover:border-control hover:bg-raised',
  quiet: 'text-muted hover:text-text hover:bg-raised',
  /** On the orange ground. */
  ink: 'bg-on-ball text-white hover:bg-black focus-visible:outline-on-ball',
  danger: 'border border-card/60 text-card hover:bg-card-wash',
}
const SIZES: Readonly<Record<ButtonSize, string>> = {
  sm: 'h-9 px-3 text-sm gap-1.5',
  md: 'h-11 px-4 text-[0.95rem] gap-2',
  lg: 'h-13 px-6 text-base gap-2.5',
}
const BASE =
  'inline-flex shrink-0 select-none items-center justify-center rounded-md font-semibold tracking-[-0.01em] whitespace-nowrap transition-[background-color,border-color,color,opacity] duration-150 aria-disabled:opacity-50 aria-disabled:cursor-not-allowed disabled:opacity-50 disabled:cursor-not-allowed [&_svg]:size-[1.15em] [&_svg]:shrink-0'

interface Look {
  tone?: ButtonTone
  size?: ButtonSize
  /** Square, for an icon alone; give an `aria-label`. */
  icon?: boolean
}

function look({ tone = 'secondary', size = 'md', icon = false }: Look, extra?: string): string {
  const square = { sm: 'w-9 px-0', md: 'w-11 px-0', lg: 'w-13 px-0' }[size]
  return classNames(BASE, TONES[tone], SIZES[size], icon && square, extra)
}

export function Button({
  tone,
  size,
  icon,
  busy = false,
  className,
  children,
  ...props
}: ComponentProps<'button'> & Look & { busy?: boolean }) {
  return (
    <button
      type="button"
      {...props}
      className={look({ tone, size, icon }, className)}
      disabled={props.disabled || busy}
      aria-busy={busy || undefined}
    >
      {busy ? <Spinner /> : null}
      {children}
    </button>
  )
}

export function ButtonLink({
  tone,
  size,
  icon,
  className,
  ...props
}: ComponentProps<typeof Link> & Look & { children?: ReactNode }) {
  return <Link {...props} className={look({ tone, size, icon }, className)} />
}

/** For places outside the app: downloads, Checkout. */
export function ButtonAnchor({ tone, size, icon, className, ...props }: ComponentProps<'a'> & Look) {
  return <a {...props} className={look({ tone, size, icon }, className)} />
}

function Spinner() {
  return (
    <span
      aria-hidden
      className="size-[1em] animate-spin rounded-full border-2 border-current border-r-transparent motion-reduce:animate-pulse-dot"
    />
  )
}
