/** Speaks a short sentence to screen readers whenever it changes. */
export function LiveRegion({ children }: { children: string }) {
  return (
    <p className="sr-only" role="status" aria-live="polite" aria-atomic="true">
      {children}
    </p>
  )
}
