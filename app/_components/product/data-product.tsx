import { Download } from 'lucide-react'
import { formatBytes } from '#app/_components/format/format-bytes.ts'
import { formatClock } from '#app/_components/format/format-duration.ts'
import { ButtonAnchor } from '#app/_components/ui/button.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import type { ProductSummary, ProductView, ScenesSummary } from '#lib/contracts/products.ts'
import { DATA_TITLES, describeSummary, isData } from './describe-summary.ts'
import { TracksStrip } from './tracks-strip.tsx'

/** Data a job made of a video: what is in it, and the file. */
export function DataProduct({ product }: { product: ProductView }) {
  const { summary } = product
  if (!isData(summary)) return null
  const title = DATA_TITLES[summary.kind]
  return (
    <section aria-label={title} className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-5">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 className="text-lg font-semibold">{title}</h2>
          <p className="tabular text-muted">{describeSummary(summary)}</p>
        </div>
        {product.download_url ? (
          <ButtonAnchor href={product.download_url} size="sm">
            <Download aria-hidden />
            {`JSON, ${formatBytes(product.bytes)}`}
          </ButtonAnchor>
        ) : null}
      </div>
      {product.url === null ? (
        <p className="text-sm text-muted">The file was deleted with its video.</p>
      ) : (
        <Details summary={summary} />
      )}
    </section>
  )
}

function Details({ summary }: { summary: ProductSummary }) {
  switch (summary.kind) {
    case 'tracks':
      return (
        <>
          {summary.tracks.length === 0 ? (
            <Notice tone="info" title="Nobody was found">
              Nothing in this video moved like a player or a ball. A larger model may see more.
            </Notice>
          ) : null}
          {summary.motion_only ? (
            <Notice tone="warning" title="Found by movement alone">
              No detector was used: who is a player and what is the ball are guesses by size.
            </Notice>
          ) : null}
          <TracksStrip summary={summary} />
        </>
      )
    case 'scenes':
      return <SceneList scenes={summary.scenes} />
    default:
      return null
  }
}

function SceneList({ scenes }: { scenes: ScenesSummary['scenes'] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section tabIndex={0} aria-label="List of scenes" className="max-h-96 overflow-y-auto">
      <ol className="grid gap-x-6 sm:grid-cols-2">
        {scenes.map(({ start_frame, start_time, end_time }, index) => (
          <li key={start_frame} className="tabular flex justify-between border-t border-line py-2 text-sm">
            <span className="font-medium">Scene {index + 1}</span>
            <span className="text-muted">
              {formatClock(start_time)} – {formatClock(end_time)} ({(end_time - start_time).toFixed(1)} s)
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
