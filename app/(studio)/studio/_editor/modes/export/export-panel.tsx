'use client'

import { useEffect, useState } from 'react'
import { isLive } from '#app/_components/data/poll-delay.ts'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import { EarlierExports } from './earlier-exports.tsx'
import { ExportForecast } from './export-forecast.tsx'
import { ExportForm } from './export-form.tsx'
import { ExportJob } from './export-job.tsx'
import { OrderExport } from './order-export.tsx'
import { SampleExport } from './sample-export.tsx'
import { useExports } from './use-export.ts'

/** `first`: nothing was chosen yet, so a running export is what one came for. */
type View = { readonly kind: 'first' | 'settings' } | { readonly kind: 'job'; readonly id: string }

/** Says what will come out and what it costs, has it made, and shows it. */
export function ExportPanel() {
  const { jobs, refresh } = useExports()
  const [view, setView] = useState<View>({ kind: 'first' })
  const running = jobs.find(({ state }) => isLive(state))?.id
  useEffect(() => {
    if (running) setView((now) => (now.kind === 'first' ? { kind: 'job', id: running } : now))
  }, [running])
  const follow = (job: JobView) => {
    setView({ kind: 'job', id: job.id })
    refresh()
  }
  const leave = () => {
    setView({ kind: 'settings' })
    refresh()
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col lg:overflow-y-auto">
      {view.kind === 'job' ? (
        <ExportJob key={view.id} id={view.id} onLeave={leave} />
      ) : (
        <>
          <ExportForecast />
          <ExportForm />
          <OrderExport onStarted={follow} />
          <SampleExport onStarted={follow} />
          <EarlierExports jobs={jobs} onOpen={(id) => setView({ kind: 'job', id })} />
        </>
      )}
    </div>
  )
}
