'use client'

import { ChevronRight, LocateFixed } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { useDocument, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { formatTimecode } from '#app/(studio)/studio/_editor/timecode.ts'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import { type SampleRange, sampleProject, sampleRange } from '#lib/core/project/sample-export.ts'
import { PricedOrder } from './order-export.tsx'
import { exportOrder } from './use-export.ts'

/** The same export of five seconds, to see it before paying for all. Priced only while it is open. */
export function SampleExport({ onStarted }: { onStarted: (job: JobView) => void }) {
  const { asset, playback } = useStudio()
  const [range, setRange] = useState<SampleRange | null>(null)
  const take = () => setRange(sampleRange(playback.timeS, playback.store.get().clock))
  if (asset.state !== 'ready' || !asset.facts) return null
  return (
    <details
      className="group border-t border-line"
      onToggle={(event) => (event.currentTarget.open ? take() : setRange(null))}
    >
      <summary className="flex h-13 items-center gap-2 px-4 text-sm font-semibold">
        <ChevronRight aria-hidden className="size-4 text-muted transition-transform group-open:rotate-90" />
        Try five seconds first
      </summary>
      {range ? (
        <div className="flex flex-col gap-4 px-4 pb-4">
          <div className="flex flex-wrap items-center justify-between gap-2 text-sm">
            <p className="tabular text-muted">
              From {formatTimecode(range.startS)} to {formatTimecode(range.endS)}
            </p>
            <Button size="sm" onClick={take}>
              <LocateFixed aria-hidden />
              Around the playhead
            </Button>
          </div>
          <PricedSample range={range} onStarted={onStarted} />
        </div>
      ) : null}
    </details>
  )
}

function PricedSample({ range, onStarted }: { range: SampleRange; onStarted: (job: JobView) => void }) {
  const { asset, source } = useStudio()
  const document = useDocument((whole) => whole)
  const order = useMemo(() => exportOrder(sampleProject(document, range), source), [document, range, source])
  if ('obstacle' in order || !asset.facts) return null
  return (
    <PricedOrder
      order={order}
      facts={asset.facts}
      label="Export the sample"
      title="Quote for the sample"
      onStarted={onStarted}
    />
  )
}
