'use client'

import { Download } from 'lucide-react'
import { useState } from 'react'
import { ClipList } from '#app/_components/product/clip-list.tsx'
import { DataProduct } from '#app/_components/product/data-product.tsx'
import { isData } from '#app/_components/product/describe-summary.ts'
import { ButtonAnchor, ButtonLink } from '#app/_components/ui/button.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import { Segmented } from '#app/_components/ui/segmented.tsx'
import { CompareVideo } from '#app/_components/video/compare-video.tsx'
import { Player } from '#app/_components/video/player.tsx'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import { GoodwillRefund } from './goodwill-refund.tsx'
import { CostSummary } from './job-outcome.tsx'
import { RerunJob } from './rerun-job.tsx'

export function SucceededJob({ job }: { job: JobView }) {
  const { output } = job
  const isOneVideo = job.products.some(({ kind }) => kind === 'video')
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,1fr)_20rem] lg:items-start">
      <div className="flex min-w-0 flex-col gap-6">
        <Results job={job} />
      </div>
      <CostSummary job={job}>
        {isOneVideo && output?.download_url ? (
          <ButtonAnchor href={output.download_url} tone="primary">
            <Download aria-hidden />
            Download
          </ButtonAnchor>
        ) : null}
        {isOneVideo && output ? <ButtonLink href={`/library/${output.id}`}>Open in library</ButtonLink> : null}
        {isOneVideo ? null : <ButtonLink href={`/library/${job.input.id}`}>Open the clip</ButtonLink>}
        {job.free ? null : <RerunJob job={job} label="Run again" tone="secondary" />}
        {job.free ? null : <GoodwillRefund jobId={job.id} />}
      </CostSummary>
    </div>
  )
}

/** Everything that was made, each as what it is. */
export function Results({ job }: { job: JobView }) {
  const { input, output, products } = job
  const clips = products.filter(({ kind }) => kind === 'clip')
  const data = products.filter(({ summary }) => isData(summary))
  const isOneVideo = products.some(({ kind }) => kind === 'video')
  return (
    <>
      {isOneVideo && output?.url ? <ResultVideo key={output.id} input={input} output={output} /> : null}
      {isOneVideo && !output?.url ? (
        <Notice tone="info" title="The result is no longer in your library">
          Results are kept for 90 days, or until you delete them. The receipt stays.
        </Notice>
      ) : null}
      {clips.length > 0 ? <ClipList clips={clips} /> : null}
      {data.map((product) => (
        <DataProduct key={product.id} product={product} />
      ))}
      {job.free ? (
        <Notice tone="good" title="A version that plays in every browser is ready">
          It comes with a poster and pictures for the timeline. You find it where the clip is.
        </Notice>
      ) : null}
    </>
  )
}

const VIEWS = [
  { value: 'compare', label: 'Before and after' },
  { value: 'result', label: 'Result' },
] as const

function ResultVideo({ input, output }: { input: AssetView; output: AssetView }) {
  // The addresses of the first answer stay: a renewed one would restart a playing video.
  const [urls] = useState({ before: input.proxy_url ?? input.url, after: output.proxy_url ?? output.url ?? '' })
  const comparable = urls.before !== null && input.state === 'ready'
  const [view, setView] = useState<(typeof VIEWS)[number]['value']>(comparable ? 'compare' : 'result')
  const aspect = output.facts ? output.facts.width / output.facts.height : 16 / 9
  return (
    <section aria-label="Result" className="flex min-w-0 flex-col gap-3">
      {comparable ? (
        <div className="max-w-80">
          <Segmented label="View" value={view} options={VIEWS} onChange={setView} />
        </div>
      ) : null}
      {view === 'compare' && urls.before ? (
        <CompareVideo
          aspect={aspect}
          // No posters: they show other moments of the clip, and two halves must be the same one.
          before={{ src: urls.before, label: sizeLabel('Before', input) }}
          after={{ src: urls.after, label: sizeLabel('After', output) }}
        />
      ) : (
        <Player src={urls.after} poster={output.poster_url ?? undefined} name={output.file_name} aspect={aspect} />
      )}
    </section>
  )
}

function sizeLabel(word: string, asset: AssetView): string {
  return asset.facts ? `${word}, ${asset.facts.height}p` : word
}
