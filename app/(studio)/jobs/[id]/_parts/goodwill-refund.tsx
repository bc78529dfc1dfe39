'use client'

import { useState } from 'react'
import { useSWRConfig } from 'swr'
import { useApi } from '#app/_components/data/use-api.ts'
import { WALLET_PATH } from '#app/_components/data/use-wallet.ts'
import { Credits } from '#app/_components/format/credits.tsx'
import { formatDate } from '#app/_components/format/format-date.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import { GoodwillView } from '#lib/contracts/api/spending.ts'
import { GoodwillDialog } from './goodwill-dialog.tsx'

type Refusal = NonNullable<GoodwillView['refusal']>

/** Said where asking would lead nowhere; for the rest there is nothing to say. */
const REFUSED: Partial<Record<Refusal, string>> = {
  too_late: 'Not happy? The time to refund it here has passed. Write to us.',
  too_many: 'Not happy? You have refunded several lately, so this one needs a person. Write to us.',
  too_much: 'Not happy? This is a large part of what you paid lately, so it needs a person. Write to us.',
}

/** "Not happy? Refund": what a finished job cost, back to where it came from. Silent until it is known whether it can be. */
export function GoodwillRefund({ jobId }: { jobId: string }) {
  const path = `/api/jobs/${encodeURIComponent(jobId)}/goodwill`
  const { data, mutate } = useApi(path, GoodwillView)
  const { mutate: mutateAny } = useSWRConfig()
  const [open, setOpen] = useState(false)
  if (!data) return null
  const onDone = (view: GoodwillView) => {
    void mutate(view, { revalidate: false })
    void mutateAny(WALLET_PATH)
  }
  switch (data.state) {
    case 'refunded':
      return (
        <Notice tone="good" title="You were refunded">
          <Credits micros={data.amount_micros} /> came back to your wallet. The result stays yours.
        </Notice>
      )
    case 'refused':
      return data.refusal && REFUSED[data.refusal] ? (
        <p className="text-sm text-muted">{REFUSED[data.refusal]}</p>
      ) : null
    case 'offered':
      return (
        <>
          <Button tone="quiet" onClick={() => setOpen(true)}>
            Not happy? Refund
          </Button>
          {data.until_ms === null ? null : (
            <p className="-mt-1 text-center text-xs text-faint">Until {formatDate(data.until_ms)}</p>
          )}
          {open ? <GoodwillDialog path={path} view={data} onClose={() => setOpen(false)} onDone={onDone} /> : null}
        </>
      )
  }
}
