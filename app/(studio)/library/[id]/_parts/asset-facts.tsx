'use client'

import type { ReactNode } from 'react'
import { codecName, frameRate } from '#app/_components/asset/describe-facts.ts'
import { useNow } from '#app/_components/data/use-now.ts'
import { formatBytes } from '#app/_components/format/format-bytes.ts'
import { formatExpiry } from '#app/_components/format/format-date.ts'
import { formatClock } from '#app/_components/format/format-duration.ts'
import type { AssetView } from '#lib/contracts/api/uploads.ts'

/** What we read from the file ourselves. */
export function AssetFacts({ asset }: { asset: AssetView }) {
  const nowMs = useNow(60_000)
  const { facts } = asset
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 rounded-xl border border-line bg-surface p-5 sm:grid-cols-4">
      {facts ? (
        <>
          <Fact term="Picture">
            {facts.width} × {facts.height}
          </Fact>
          <Fact term="Length">
            {formatClock(facts.duration_s)} · {facts.frames} frames
          </Fact>
          <Fact term="Rate">{frameRate(facts.fps)}</Fact>
          <Fact term="Video">{codecName(facts.video_codec)}</Fact>
          <Fact term="Sound">{facts.audio_codec ? codecName(facts.audio_codec) : 'none'}</Fact>
        </>
      ) : null}
      <Fact term="Size">{formatBytes(asset.bytes)}</Fact>
      <Fact term="Origin">{asset.kind === 'produced' ? 'made here' : 'uploaded'}</Fact>
      <Fact term="Kept">
        {asset.expires_at_ms === null
          ? 'until deleted'
          : nowMs === null
            ? '\u00a0'
            : formatExpiry(asset.expires_at_ms, nowMs)}
      </Fact>
    </dl>
  )
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-muted">{term}</dt>
      <dd className="tabular font-medium">{children}</dd>
    </div>
  )
}
