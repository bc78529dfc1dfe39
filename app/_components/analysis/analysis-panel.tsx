'use client'

import { ScanSearch, Scissors } from 'lucide-react'
import Link from 'next/link'
import { isLive } from '#app/_components/data/poll-delay.ts'
import { useApi } from '#app/_components/data/use-api.ts'
import { Ago } from '#app/_components/format/ago.tsx'
import { JobStateBadge } from '#app/_components/job/job-state-badge.tsx'
import { DATA_TITLES, describeSummary, isData } from '#app/_components/product/describe-summary.ts'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { AnalysisList, type AnalysisView } from '#lib/contracts/api/jobs.ts'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import { OrderAnalysis } from './order-analysis.tsx'

const LIVE_MS = 4000
/** Presigned addresses live an hour. */
const RENEW_MS = 45 * 60 * 1000

/** What is known of a clip, and the ways to find out more. */
export function AnalysisPanel({ asset }: { asset: AssetView }) {
  const { data, error, mutate } = useApi(`/api/assets/${encodeURIComponent(asset.id)}/analyses`, AnalysisList, {
    refreshInterval: (list) => (list?.analyses.some((row) => isLive(row.state)) ? LIVE_MS : RENEW_MS),
  })
  return (
    <section aria-labelledby="analyses" className="rounded-xl border border-line bg-surface">
      <div className="flex flex-wrap items-center justify-between gap-3 px-5 py-4">
        <h2 id="analyses" className="text-lg font-semibold">
          What is in this clip
        </h2>
        <div className="flex flex-wrap gap-2">
          <OrderAnalysis asset={asset} task="track" icon={<ScanSearch aria-hidden />} />
          <OrderAnalysis asset={asset} task="detect_scenes" icon={<Scissors aria-hidden />} />
        </div>
      </div>
      {error && !data ? (
        <div className="px-5 pb-5">
          <ErrorNotice error={error} onRetry={() => void mutate()} />
        </div>
      ) : null}
      {data?.analyses.length === 0 ? (
        <p className="px-5 pb-5 text-sm text-muted">
          Tracks let a highlight or a crop follow a player; scenes cut the clip where the picture does.
        </p>
      ) : null}
      <ul>
        {data?.analyses.map((analysis) => (
          <AnalysisRow key={analysis.job_id} analysis={analysis} />
        ))}
      </ul>
    </section>
  )
}

function AnalysisRow({ analysis }: { analysis: AnalysisView }) {
  const summary = analysis.product?.summary ?? null
  return (
    <li className="relative flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-5 py-3 hover:bg-raised">
      <div className="min-w-0 flex-1">
        <Link
          href={`/jobs/${analysis.job_id}`}
          className="font-semibold outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-ball-text"
        >
          {DATA_TITLES[analysis.kind]}
        </Link>
        <p className="tabular text-sm text-muted">
          {isData(summary) ? describeSummary(summary) : <Ago atMs={analysis.created_at_ms} />}
          {analysis.model ? ` · ${analysis.model}` : ''}
        </p>
      </div>
      {analysis.state === 'succeeded' ? null : <JobStateBadge state={analysis.state} />}
    </li>
  )
}
