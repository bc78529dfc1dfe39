import { formatBytes } from '#app/_components/format/format-bytes.ts'
import { RETENTION } from '#lib/contracts/api/uploads.ts'

/** How full the storage is, and how long files stay. Keeps its height while loading. */
export function StorageMeter({ usage }: { usage: { usedBytes: number; limitBytes: number } | null }) {
  const share = usage ? Math.min(1, usage.usedBytes / usage.limitBytes) : 0
  return (
    <div className="mt-3 flex min-h-6 flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
      {usage ? (
        <>
          <meter aria-label="Storage used" min={0} max={usage.limitBytes} value={usage.usedBytes} className="sr-only" />
          <span aria-hidden className="h-1.5 w-24 overflow-hidden rounded-full bg-line-strong">
            <span
              className={`block h-full rounded-full ${share > 0.9 ? 'bg-card' : 'bg-grass'}`}
              style={{ width: `${Math.max(2, share * 100)}%` }}
            />
          </span>
          <span className="tabular">
            {formatBytes(usage.usedBytes)} of {formatBytes(usage.limitBytes)}
          </span>
          <span className="max-sm:w-full">
            Originals stay {RETENTION.originalDays} days, results {RETENTION.resultDays}.
          </span>
        </>
      ) : null}
    </div>
  )
}
