'use client'

import Link from 'next/link'
import { useNow } from '#app/_components/data/use-now.ts'
import { explainError } from '#app/_components/error-messages.ts'
import { formatBytes } from '#app/_components/format/format-bytes.ts'
import { formatExpiry } from '#app/_components/format/format-date.ts'
import { formatClock } from '#app/_components/format/format-duration.ts'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Poster } from '#app/_components/video/poster.tsx'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { AssetMenu } from './asset-menu.tsx'
import { AssetStateBadge } from './asset-state-badge.tsx'

/** A clip in the library's grid. */
export function AssetCard({ asset, onChanged }: { asset: AssetView; onChanged: () => void }) {
  const { facts } = asset
  return (
    <li className="group relative flex flex-col">
      <div className="relative aspect-video overflow-hidden rounded-lg bg-sunk ring-1 ring-line transition-shadow group-focus-within:ring-2 group-focus-within:ring-ball-text group-hover:ring-control">
        <Poster
          posterUrl={asset.poster_url}
          videoUrl={asset.state === 'ready' ? (asset.proxy_url ?? asset.url) : null}
        />
        <span className="absolute top-2 left-2 flex gap-1.5">
          {asset.state === 'ready' ? null : <AssetStateBadge state={asset.state} />}
          {asset.kind === 'produced' ? <Badge tone="ball">Made here</Badge> : null}
        </span>
        {facts ? (
          <span className="tabular absolute right-2 bottom-2 rounded-sm bg-[#0a100e]/85 px-1.5 py-0.5 text-xs font-semibold text-white">
            {formatClock(facts.duration_s)}
          </span>
        ) : null}
      </div>
      <div className="flex items-start gap-1 pt-2.5">
        <div className="min-w-0 flex-1">
          <h3 className="truncate text-[0.95rem] font-semibold" title={asset.file_name}>
            <Link href={`/library/${asset.id}`} className="outline-none after:absolute after:inset-0 after:rounded-lg">
              {asset.file_name}
            </Link>
          </h3>
          <CardLine asset={asset} />
        </div>
        <div className="relative z-10">
          <AssetMenu asset={asset} onRenamed={onChanged} onDeleted={onChanged} />
        </div>
      </div>
    </li>
  )
}

function CardLine({ asset }: { asset: AssetView }) {
  const nowMs = useNow(60_000)
  if (asset.problem) {
    const { title } = explainError(new AppError(asset.problem.code, asset.problem.message))
    return <p className="text-sm text-card">{title}</p>
  }
  const parts = [
    asset.facts ? `${asset.facts.width} × ${asset.facts.height}` : null,
    formatBytes(asset.bytes),
    asset.expires_at_ms && nowMs !== null ? formatExpiry(asset.expires_at_ms, nowMs) : null,
  ]
  return <p className="tabular truncate text-sm text-muted">{parts.filter(Boolean).join(' · ')}</p>
}
