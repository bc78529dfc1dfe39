import type { ComponentProps, ReactNode } from 'react'
import { classNames } from '#app/_components/class-names.ts'

/** A labelled control; `labelId` goes to controls that are not native inputs. */
export function Field({
  label,
  htmlFor,
  labelId,
  aside,
  hint,
  children,
}: {
  label: string
  htmlFor?: string
  labelId?: string
  aside?: ReactNode
  hint?: ReactNode
  children: ReactNode
}) {
  const Label = htmlFor ? 'label' : 'span'
  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between gap-3">
        <Label id={labelId} htmlFor={htmlFor} className="text-sm font-semibold">
          {label}
        </Label>
        {aside ? <span className="tabular text-sm text-muted">{aside}</span> : null}
      </div>
      {children}
      {hint ? <p className="mt-1.5 text-sm text-muted">{hint}</p> : null}
    </div>
  )
}

export function TextInput({ className, ...props }: ComponentProps<'input'>) {
  return (
    <input
      {...props}
      className={classNames(
        'h-11 w-full rounded-md border border-control bg-surface px-3 text-base placeholder:text-faint hover:border-text aria-invalid:border-card',
        className,
      )}
    />
  )
}
