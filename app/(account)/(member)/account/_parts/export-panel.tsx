'use client'

import { Download } from 'lucide-react'
import { useState } from 'react'
import { downloadApi } from '#app/_components/api-client.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { LiveRegion } from '#app/_components/ui/live-region.tsx'

const FILE_NAME = 'reelballers-export.json'

export function ExportPanel() {
  const [state, setState] = useState<'idle' | 'making' | 'made'>('idle')
  const [error, setError] = useState<unknown>(null)
  const make = async () => {
    setState('making')
    setError(null)
    try {
      save(await downloadApi('/api/account/export'))
      setState('made')
    } catch (problem) {
      setError(problem)
      setState('idle')
    }
  }
  return (
    <section
      id="export"
      aria-labelledby="export-title"
      className="flex flex-wrap items-center justify-between gap-4 rounded-xl border border-line bg-surface p-5 sm:p-6"
    >
      <div className="min-w-0 flex-1 basis-64">
        <h2 id="export-title" className="text-lg font-semibold">
          Take your data with you
        </h2>
        <p className="text-sm text-muted">
          One JSON file with everything we store about you: profile, sessions, files with links that work for a day,
          jobs, prices, projects and every movement of credits.
        </p>
      </div>
      <Button busy={state === 'making'} onClick={() => void make()}>
        <Download aria-hidden />
        Download my data
      </Button>
      {error ? (
        <div className="w-full">
          <ErrorNotice error={error} />
        </div>
      ) : null}
      <LiveRegion>{state === 'made' ? 'Your data is downloaded.' : ''}</LiveRegion>
    </section>
  )
}

function save(file: Blob): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = FILE_NAME
  link.click()
  URL.revokeObjectURL(url)
}
