'use client'

import { useState } from 'react'
import { callApi } from '#app/_components/api-client.ts'
import { Credits } from '#app/_components/format/credits.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { JobView } from '#lib/contracts/api/jobs.ts'

/** Cancels at the price on screen: the server never takes more than that. */
export function CancelJobButton({
  job,
  onChanged,
  onStale,
}: {
  job: JobView
  onChanged: (job: JobView) => void
  onStale: () => void
}) {
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const price = job.cancel_price_micros
  const cancel = async () => {
    if (price === null) return
    setBusy(true)
    setError(null)
    try {
      const body = { shown_price_micros: price }
      onChanged(await callApi('POST', `/api/jobs/${encodeURIComponent(job.id)}/cancel`, JobView, body))
      setOpen(false)
    } catch (problem) {
      setError(problem)
      onStale()
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button tone="danger" disabled={price === null} onClick={() => setOpen(true)}>
        Cancel job
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Cancel this job?"
        description={
          price === 0 ? 'The GPU has not started, so cancelling is free.' : 'You pay for the GPU seconds used so far.'
        }
        actions={
          <>
            <Button onClick={() => setOpen(false)}>Keep it running</Button>
            <Button tone="danger" busy={busy} disabled={price === null} onClick={() => void cancel()}>
              Cancel and pay <Credits micros={price ?? 0} unit={false} rounding="up" />
            </Button>
          </>
        }
      >
        <dl className="flex flex-col gap-2 rounded-lg bg-sunk p-4 text-sm">
          <div className="flex justify-between">
            <dt>Cancelling now costs</dt>
            <dd className="font-semibold">
              <Credits micros={price ?? 0} rounding="up" />
            </dd>
          </div>
          <div className="flex justify-between">
            <dt>Comes back to your wallet</dt>
            <dd className="font-semibold text-grass">
              <Credits micros={job.cost.ceiling_micros - (price ?? 0)} rounding="down" />
            </dd>
          </div>
        </dl>
        {error ? (
          <div className="mt-4">
            <ErrorNotice error={error} />
          </div>
        ) : null}
      </Dialog>
    </>
  )
}
