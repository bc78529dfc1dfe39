import type { ReactNode } from 'react'

/** Nothing here yet: says what will be, and offers the first step. The arc is a corner of the pitch. */
export function EmptyState({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <section className="relative overflow-hidden rounded-xl border border-line bg-surface px-6 py-16 text-center sm:py-20">
      <CornerArc className="absolute -bottom-px -left-px" />
      <CornerArc className="absolute -right-px -bottom-px -scale-x-100" />
      <h2 className="text-xl font-semibold">{title}</h2>
      <div className="mx-auto mt-2 max-w-md text-muted">{children}</div>
      {action ? <div className="mt-6 flex flex-wrap justify-center gap-3">{action}</div> : null}
    </section>
  )
}

function CornerArc({ className }: { className: string }) {
  return (
    <svg aria-hidden width="96" height="96" viewBox="0 0 96 96" fill="none" className={className}>
      <path d="M0 24a72 72 0 0 1 72 72" stroke="var(--line-strong)" strokeWidth="2" />
    </svg>
  )
}
