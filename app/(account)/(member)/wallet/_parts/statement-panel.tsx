'use client'

import { Download } from 'lucide-react'
import { useState } from 'react'
import { usePages } from '#app/_components/data/use-pages.ts'
import { Button, ButtonAnchor } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { Statement } from '#lib/contracts/api/wallet.ts'
import { EVERYTHING, type StatementChoice, useStatementQuery } from './statement-choice.ts'
import { StatementFilters } from './statement-filters.tsx'
import { StatementTable } from './statement-table.tsx'

export function StatementPanel() {
  const [filter, setFilter] = useState<StatementChoice>(EVERYTHING)
  const query = useStatementQuery(filter)
  const { pages, error, mutate, hasMore, isLoadingMore, loadMore } = usePages(
    `/api/wallet/statement${query}`,
    Statement,
  )
  const entries = pages?.flatMap((page) => page.entries)
  return (
    <section aria-labelledby="statement" className="rounded-xl border border-line bg-surface">
      <div className="flex flex-wrap items-center gap-3 p-5 pb-3">
        <h2 id="statement" className="mr-auto text-lg font-semibold">
          Statement
        </h2>
        <ButtonAnchor href={`/api/wallet/statement.csv${query}`} download size="sm">
          <Download aria-hidden />
          CSV
        </ButtonAnchor>
      </div>
      <StatementFilters filter={filter} onChange={setFilter} />
      {error && !entries ? (
        <div className="p-5">
          <ErrorNotice error={error} onRetry={() => void mutate()} />
        </div>
      ) : entries ? (
        <StatementTable entries={entries} filtered={query !== ''} onClear={() => setFilter(EVERYTHING)} />
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
