'use client'

import { useWallet } from '#app/_components/data/use-wallet.ts'
import { Credits } from '#app/_components/format/credits.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import type { WalletView } from '#lib/contracts/api/wallet.ts'
import { formatCredits } from '#lib/core/money.ts'
import { FrozenNotice } from './frozen-notice.tsx'

export function BalancePanel() {
  const { data, error, mutate } = useWallet()
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void mutate()} />
  return (
    <section aria-labelledby="balance" className="rounded-xl border border-line bg-surface p-5 sm:p-7">
      <h2 id="balance" className="text-sm font-semibold text-muted">
        You can spend
      </h2>
      {data ? <Balance wallet={data} /> : <BalanceSkeleton />}
    </section>
  )
}

function Balance({ wallet }: { wallet: WalletView }) {
  return (
    <>
      <p className="tabular mt-1 flex flex-wrap items-baseline gap-x-3 text-[clamp(2.4rem,8vw,3.75rem)] leading-none font-extrabold tracking-[-0.045em]">
        {formatCredits(wallet.spendable_micros, 'down')}
        <span className="text-base font-semibold tracking-normal text-muted">credits</span>
      </p>
      <dl className="mt-6 grid grid-cols-3 gap-4 border-t border-line pt-4">
        <Figure label="Promotional" hint="spent first" micros={wallet.promo_micros} />
        <Figure label="Held" hint="for jobs" micros={wallet.held_micros} />
        <Figure label="Spent" hint="so far" micros={wallet.spent_micros} />
      </dl>
      {wallet.frozen ? (
        <div className="mt-5">
          <FrozenNotice />
        </div>
      ) : null}
      {wallet.owed_micros > 0 ? (
        <div className="mt-5">
          <Notice tone="warning" title={`${formatCredits(wallet.owed_micros, 'up')} credits are owed`}>
            A payment was taken back after its credits had been spent. Your next top-up pays this first; what is left of
            it is yours to spend.
          </Notice>
        </div>
      ) : null}
    </>
  )
}

function Figure({ label, hint, micros }: { label: string; hint: string; micros: number }) {
  return (
    <div>
      <dt className="text-sm text-muted">
        {label}
        <span className="block text-xs text-faint">{hint}</span>
      </dt>
      <dd className="mt-1 text-lg font-bold">
        <Credits micros={micros} unit={false} />
      </dd>
    </div>
  )
}

function BalanceSkeleton() {
  return (
    <Loading label="Loading balance">
      <Skeleton className="mt-2 h-[clamp(2.2rem,7.5vw,3.5rem)] w-56" />
      <div className="mt-6 grid grid-cols-3 gap-4 border-t border-line pt-4">
        {['a', 'b', 'c'].map((key) => (
          <Skeleton key={key} className="h-[4.25rem] w-20" />
        ))}
      </div>
    </Loading>
  )
}
