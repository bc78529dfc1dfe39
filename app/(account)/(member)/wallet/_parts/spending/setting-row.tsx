import type { ReactNode } from 'react'

/** One thing that can be set: what it is, where it stands, how to change it. */
export function SettingRow({
  title,
  badge,
  action,
  children,
}: {
  title: string
  badge?: ReactNode
  action: ReactNode
  children: ReactNode
}) {
  return (
    <section aria-label={title} className="flex flex-wrap items-start gap-x-4 gap-y-3 border-t border-line px-5 py-4">
      <div className="min-w-0 flex-1 basis-60">
        <h3 className="flex flex-wrap items-center gap-2 font-semibold">
          {title}
          {badge}
        </h3>
        <div className="mt-1 text-sm text-muted">{children}</div>
      </div>
      {action}
    </section>
  )
}
