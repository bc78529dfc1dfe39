'use client'

import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { AutoTopUpRow } from './auto-top-up-row.tsx'
import { CapRow } from './cap-row.tsx'
import { LowBalanceRow } from './low-balance-row.tsx'
import { useWalletSettings } from './use-wallet-settings.ts'

/** What someone decides about spending while they are away. */
export function SpendingPanel() {
  const { data, error, retry, change, removeCard } = useWalletSettings()
  return (
    <section aria-labelledby="spending" className="rounded-xl border border-line bg-surface">
      <h2 id="spending" className="p-5 pb-4 text-lg font-semibold">
        Limits and automatic top-up
      </h2>
      {error && !data ? (
        <div className="px-5 pb-5">
          <ErrorNotice error={error} onRetry={retry} />
        </div>
      ) : data ? (
        <>
          <CapRow settings={data} change={change} />
          <LowBalanceRow settings={data} change={change} />
          <AutoTopUpRow settings={data} change={change} removeCard={removeCard} />
        </>
      ) : (
        <Loading label="Loading limits">
          {['a', 'b', 'c'].map((key) => (
            <div key={key} className="flex justify-between gap-6 border-t border-line px-5 py-4">
              <Skeleton className="h-12 w-64 max-w-full" />
              <Skeleton className="h-9 w-24" />
            </div>
          ))}
        </Loading>
      )}
    </section>
  )
}
