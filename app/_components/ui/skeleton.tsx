import { classNames } from '#app/_components/class-names.ts'

/** A quiet block with the size of what is coming. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={classNames('block animate-shimmer rounded-md bg-fill', className)} />
}

/** Says once to a screen reader that something loads; the skeletons themselves are silent. */
export function Loading({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div role="status" aria-label={label}>
      {children}
    </div>
  )
}
