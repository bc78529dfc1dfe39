'use client'

import { useState } from 'react'
import { isLive } from '#app/_components/data/poll-delay.ts'
import { Ago } from '#app/_components/format/ago.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { useStore } from '#app/(studio)/studio/_editor/session/store.ts'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { AnalysisView } from '#lib/contracts/api/jobs.ts'
import { takeCropPath } from './framing-actions.ts'
import { framingOf } from './framing-state.ts'
import { readCropPath } from './read-crop-path.ts'

const SHOWN = 3

/** Camera paths this video has already, from here or elsewhere: taken without paying again. */
export function EarlierPaths({ analyses }: { analyses: readonly AnalysisView[] }) {
  const { session } = useStudio()
  const taken = useStore(framingOf(session), (state) => state.taken?.jobId)
  const paths = analyses.filter(
    ({ kind, state, product, job_id }) =>
      kind === 'crop_path' && job_id !== taken && (isLive(state) || Boolean(product?.url)),
  )
  if (paths.length === 0) return null
  return (
    <section aria-labelledby="paths-title" className="px-4 pt-1 pb-4">
      <h3 id="paths-title" className="mb-1 text-sm font-semibold">
        Camera paths of this video
      </h3>
      <ul>
        {paths.slice(0, SHOWN).map((path) => (
          <Path key={path.job_id} path={path} />
        ))}
      </ul>
    </section>
  )
}

function Path({ path }: { path: AnalysisView }) {
  const studio = useStudio()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const { product, params } = path
  const aspect = typeof params.target_aspect === 'string' ? params.target_aspect : '9:16'
  const count = product?.summary?.kind === 'crop_path' ? product.summary.keyframes : null
  const take = async () => {
    if (!product) return
    setBusy(true)
    setError(null)
    try {
      takeCropPath(studio, path.job_id, aspect, await readCropPath(product))
    } catch (problem) {
      setError(problem)
    }
    setBusy(false)
  }
  return (
    <li className="flex flex-wrap items-center gap-x-3 py-1">
      <span className="tabular mr-auto text-sm">
        {aspect}
        {count === null ? '' : `, ${count} keyframes`}
        <span className="ml-1.5 text-muted">
          <Ago atMs={path.created_at_ms} />
        </span>
      </span>
      {product ? (
        <Button size="sm" busy={busy} onClick={() => void take()}>
          Use it
        </Button>
      ) : (
        <Button size="sm" tone="quiet" onClick={() => framingOf(studio.session).set({ awaited: path.job_id })}>
          Being made: wait for it
        </Button>
      )}
      {error ? (
        <div className="mt-2 w-full">
          <ErrorNotice error={error} onRetry={() => void take()} />
        </div>
      ) : null}
    </li>
  )
}
