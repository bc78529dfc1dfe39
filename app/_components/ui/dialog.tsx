'use client'

import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { Button } from './button.tsx'

/**
 * A modal dialog on the platform's own element: it traps and returns focus, closes on Escape and needs no injected styles, which
 * the content security policy would refuse. On a phone it comes up from the bottom edge, where thumbs are.
 */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  actions,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  children?: ReactNode
  actions: ReactNode
}) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current
    if (open && dialog && !dialog.open) dialog.showModal()
    if (!open && dialog?.open) dialog.close()
  }, [open])
  if (!open) return null
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the backdrop is a shortcut for the mouse; Escape and the Close button do the same
    <dialog
      ref={ref}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-about` : undefined}
      onClose={() => onOpenChange(false)}
      onClick={(event) => {
        if (event.target === event.currentTarget) onOpenChange(false)
      }}
      className="m-0 mt-auto max-h-[88dvh] w-full max-w-none animate-pop rounded-t-xl border border-line bg-surface p-0 text-text shadow-pop backdrop:animate-fade backdrop:bg-scrim sm:m-auto sm:w-[30rem] sm:max-w-[calc(100vw-2rem)] sm:rounded-xl"
    >
      <div className="p-6">
        <div className="flex items-start justify-between gap-4">
          <h2 id={`${id}-title`} className="text-lg font-semibold">
            {title}
          </h2>
          <Button
            tone="quiet"
            size="sm"
            icon
            aria-label="Close"
            className="-mt-1.5 -mr-2"
            onClick={() => onOpenChange(false)}
          >
            <X aria-hidden />
          </Button>
        </div>
        {description ? (
          <div id={`${id}-about`} className="mt-1 text-sm text-muted">
            {description}
          </div>
        ) : null}
        {children ? <div className="mt-5">{children}</div> : null}
        <div className="mt-6 flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">{actions}</div>
      </div>
    </dialog>
  )
}
