'use client'

import { useState } from 'react'
import { callApi } from '#app/_components/api-client.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import { PitchProgress } from '#app/_components/ui/pitch-progress.tsx'
import { AssetView } from '#lib/contracts/api/uploads.ts'

/** Where the player will be of a clip that this browser may not play. Everything else can be done with it already. */
export function PreparationNotice({ asset, onChanged }: { asset: AssetView; onChanged: (asset: AssetView) => void }) {
  if (asset.preparation === 'failed') return <Failed asset={asset} onChanged={onChanged} />
  return (
    <div className="grid aspect-video place-items-center rounded-lg border border-line bg-surface p-8">
      <div className="w-full max-w-sm text-center" role="status">
        <p className="font-semibold">Making a version that plays here</p>
        <p className="mt-1 mb-4 text-sm text-muted">
          This kind of video does not play in every browser. It is free, and you can go on in the meantime.
        </p>
        <PitchProgress percent={null} label="Preparing the clip" size="sm" />
      </div>
    </div>
  )
}

function Failed({ asset, onChanged }: { asset: AssetView; onChanged: (asset: AssetView) => void }) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const retry = async () => {
    setBusy(true)
    setError(null)
    try {
      onChanged(await callApi('POST', `/api/assets/${encodeURIComponent(asset.id)}/ingest`, AssetView))
    } catch (problem) {
      setError(problem)
    }
    setBusy(false)
  }
  return (
    <div className="flex flex-col gap-3">
      {error ? <ErrorNotice error={error} /> : null}
      <Notice
        tone="warning"
        title="We could not make a version that plays in every browser"
        action={
          <Button size="sm" busy={busy} onClick={() => void retry()}>
            Try again
          </Button>
        }
      >
        The clip itself is fine: you can still work on it, and download it.
      </Notice>
    </div>
  )
}
