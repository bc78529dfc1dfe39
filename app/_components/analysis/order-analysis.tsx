'use client'

import { type ReactNode, useState } from 'react'
import { shortFacts } from '#app/_components/asset/describe-facts.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { QuoteCard } from '#app/_components/upscale/quote-card.tsx'
import { RunQuote } from '#app/_components/upscale/run-quote.tsx'
import { useQuote } from '#app/_components/upscale/use-quote.ts'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import { TASKS, type TaskName } from '#lib/contracts/tasks/index.ts'

/** A task with its usual settings: the button shows the price, the next one runs it. */
export function OrderAnalysis({ asset, task, icon }: { asset: AssetView; task: TaskName; icon: ReactNode }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        {icon}
        {TASKS[task].label}
      </Button>
      {open ? <OrderDialog asset={asset} task={task} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

const NO_PARAMS = {}

function OrderDialog({ asset, task, onClose }: { asset: AssetView; task: TaskName; onClose: () => void }) {
  const quote = useQuote(asset.id, NO_PARAMS, task)
  const { label, summary } = TASKS[task]
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={label}
      actions={
        <div className="w-full">
          <RunQuote state={quote} back={`/library/${asset.id}`} label={`Run ${label.toLowerCase()}`} />
        </div>
      }
    >
      <p className="mb-4 text-muted">{summary}</p>
      <QuoteCard state={quote} input={asset.facts ? shortFacts(asset.facts) : asset.file_name} />
    </Dialog>
  )
}
