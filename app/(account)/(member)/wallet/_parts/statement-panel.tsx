'use client'

import { Download } from 'lucide-react'
import { useState } from 'react'
import { usePages } from '#app/_components/data/use-pages.ts'
import { Button, ButtonAnchor } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Select } from '#app/_components/ui/select.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { Statement, type TransferKind } from '#lib/contracts/api/wallet.ts'
import { StatementTable } from './statement-table.tsx'

type Filter = 'all' | TransferKind

const FILTERS = [
  { value: 'all', label: 'Everything' },
  { value: 'top_up', label: 'Top-ups' },
  { value: 'hold', label: 'Reservations' },
  { value: 'capture', label: 'Charges' },
  { value: 'release', label: 'Releases' },
  { value: 'refund', label: 'Refunds' },
  { value: 'refund_failed', label: 'Failed refunds' },
  { value: 'dispute', label: 'Disputes' },
  { value: 'dispute_reversal', label: 'Disputes won' },
  { value: 'promo', label: 'Promotions' },
  { value: 'adjustment', label: 'Adjustments' },
] as const satisfies readonly { value: Filter; label: string }[]

export function StatementPanel() {
  const [filter, setFilter] = useState<(typeof FILTERS)[number]['value']>('all')
  const query = filter === 'all' ? '' : `?kind=${filter}`
  const { pages, error, mutate, hasMore, isLoadingMore, loadMore } = usePages(
    `/api/wallet/statement${query}`,
    Statement,
  )
  const entries = pages?.flatMap((page) => page.entries)
  return (
    <section aria-labelledby="statement" className="rounded-xl border border-line bg-surface">
      <div className="flex flex-wrap items-center gap-3 p-5 pb-3">
        <h2 id="statement" className="mr-auto text-lg font-semibold max-sm:w-full">
          Statement
        </h2>
        <label htmlFor="statement-filter" className="sr-only">
          Show
        </label>
        <div className="min-w-40 max-sm:flex-1">
          <Select id="statement-filter" value={filter} options={FILTERS} onChange={setFilter} />
        </div>
        <ButtonAnchor href={`/api/wallet/statement.csv${query}`} download size="md">
          <Download aria-hidden />
          CSV
        </ButtonAnchor>
      </div>
      {error && !entries ? (
        <div className="p-5">
          <ErrorNotice error={error} onRetry={() => void mutate()} />
        </div>
      ) : entries ? (
        <StatementTable entries={entries} filtered={filter !== 'all'} />
      ) : (
        <StatementSkeleton />
      )}
      {hasMore ? (
        <div className="p-4 text-center">
          <Button size="sm" busy={isLoadingMore} onClick={() => void loadMore()}>
            Show older
          </Button>
        </div>
      ) : null}
    </section>
  )
}

function StatementSkeleton() {
  return (
    <Loading label="Loading statement">
      <div className="flex flex-col gap-4 p-5">
        {['a', 'b', 'c', 'd', 'e'].map((key) => (
          <div key={key} className="flex justify-between gap-6">
            <Skeleton className="h-10 w-48" />
            <Skeleton className="h-10 w-20" />
          </div>
        ))}
      </div>
    </Loading>
  )
}
