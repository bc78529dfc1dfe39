'use client'

import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { shortFacts } from '#app/_components/asset/describe-facts.ts'
import { Button, type ButtonTone } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { QuoteCard } from '#app/_components/upscale/quote-card.tsx'
import { RunQuote } from '#app/_components/upscale/run-quote.tsx'
import { useQuote } from '#app/_components/upscale/use-quote.ts'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import { TASKS } from '#lib/contracts/tasks/index.ts'

/** One click gets a new quote for the same clip and settings; the second runs it. */
export function RerunJob({ job, label, tone }: { job: JobView; label: string; tone: ButtonTone }) {
  const [open, setOpen] = useState(false)
  const usable = job.input.state === 'ready'
  return (
    <>
      <Button tone={tone} disabled={!usable} onClick={() => setOpen(true)}>
        <RotateCw aria-hidden />
        {label}
      </Button>
      {usable ? null : <p className="text-sm text-muted">The original is no longer in your library.</p>}
      {open ? <RerunDialog job={job} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

function RerunDialog({ job, onClose }: { job: JobView; onClose: () => void }) {
  const quote = useQuote(job.input.id, job.params, job.task)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Same clip, same settings"
      actions={
        <div className="w-full">
          <RunQuote state={quote} back={`/jobs/${job.id}`} label={`Run ${TASKS[job.task].label.toLowerCase()}`} />
        </div>
      }
    >
      <QuoteCard state={quote} input={job.input.facts ? shortFacts(job.input.facts) : job.input.file_name} />
    </Dialog>
  )
}
