import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '#app/_components/class-names.ts'

export type NoticeTone = 'info' | 'good' | 'warning' | 'error'

const LOOK = {
  info: { box: 'bg-sky-wash', icon: 'text-sky', Icon: Info },
  good: { box: 'bg-grass-wash', icon: 'text-grass', Icon: CircleCheck },
  warning: { box: 'bg-amber-wash', icon: 'text-amber', Icon: TriangleAlert },
  error: { box: 'bg-card-wash', icon: 'text-card', Icon: CircleAlert },
} as const satisfies Record<NoticeTone, unknown>

/** A message in the flow of the page. Errors interrupt a screen reader; the rest waits. */
export function Notice({
  tone,
  title,
  children,
  action,
}: {
  tone: NoticeTone
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  const { box, icon, Icon } = LOOK[tone]
  return (
    <div role={tone === 'error' ? 'alert' : 'status'} className={classNames('flex gap-3 rounded-lg p-4', box)}>
      <Icon aria-hidden className={classNames('mt-0.5 size-5 shrink-0', icon)} />
      <div className="min-w-0 flex-1 text-sm">
        <p className="font-semibold text-text">{title}</p>
        {children ? <div className="mt-0.5 text-muted">{children}</div> : null}
        {action ? <div className="mt-3 flex flex-wrap gap-2">{action}</div> : null}
      </div>
    </div>
  )
}
