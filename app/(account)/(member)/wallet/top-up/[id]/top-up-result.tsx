'use client'

import { CircleCheck, CircleX, Hourglass } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useSWRConfig } from 'swr'
import { useApi } from '#app/_components/data/use-api.ts'
import { WALLET_PATH } from '#app/_components/data/use-wallet.ts'
import { PageHeader } from '#app/_components/shell/page-header.tsx'
import { ButtonAnchor, ButtonLink } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { LiveRegion } from '#app/_components/ui/live-region.tsx'
import { Skeleton } from '#app/_components/ui/skeleton.tsx'
import { recallReturn } from '#app/_components/wallet-return.ts'
import { TopUpView } from '#lib/contracts/api/wallet.ts'
import { formatCredits, formatUsd } from '#lib/core/money.ts'

const SETTLED: readonly TopUpView['state'][] = ['credited', 'failed', 'expired']
const FIRST_DELAY_MS = 1500
const SLOWEST_MS = 15_000

/** Where Checkout leads back to. The money is there when Stripe has told our server, so this page asks until then. */
export function TopUpResult({ id }: { id: string }) {
  const asked = useRef(0)
  const { data, error, mutate } = useApi(`/api/wallet/top-ups/${encodeURIComponent(id)}`, TopUpView, {
    refreshInterval: (topUp) => {
      if (topUp && SETTLED.includes(topUp.state)) return 0
      asked.current += 1
      return Math.min(SLOWEST_MS, FIRST_DELAY_MS * 1.15 ** asked.current)
    },
  })
  const back = useReturnPath(id, data?.state === 'credited')
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void mutate()} />
  return (
    <>
      <PageHeader title="Top-up" back={{ href: '/wallet', label: 'Wallet' }} />
      <section className="min-h-64 max-w-xl rounded-xl border border-line bg-surface p-6 sm:p-8">
        {data ? <Outcome topUp={data} back={back} /> : <Skeleton className="h-40 w-full" />}
      </section>
    </>
  )
}

function Outcome({ topUp, back }: { topUp: TopUpView; back: string | null }) {
  const amount = `${formatCredits(topUp.amount_micros)} credits`
  switch (topUp.state) {
    case 'credited':
      return (
        <Result icon={<CircleCheck className="text-grass" />} title={`${amount} added`}>
          <Paid topUp={topUp} />
          <Actions>
            <ButtonLink href={back ?? '/library'} tone="primary">
              {back ? 'Back to your clip' : 'Go to your library'}
            </ButtonLink>
            <ButtonLink href="/wallet">See the wallet</ButtonLink>
          </Actions>
        </Result>
      )
    case 'failed':
      return (
        <Result icon={<CircleX className="text-card" />} title="The payment did not go through">
          <p className="text-muted">Nothing was charged. Try again, or use another card.</p>
          <Actions>
            <ButtonLink href="/wallet?add=1" tone="primary">
              Try again
            </ButtonLink>
          </Actions>
        </Result>
      )
    case 'expired':
      return (
        <Result icon={<CircleX className="text-amber" />} title="The payment page expired">
          <p className="text-muted">Nothing was charged. Start a new top-up whenever you like.</p>
          <Actions>
            <ButtonLink href="/wallet?add=1" tone="primary">
              Start a new top-up
            </ButtonLink>
          </Actions>
        </Result>
      )
    case 'created':
    case 'open':
    case 'processing':
      return <Confirming topUp={topUp} amount={amount} />
  }
}

/** What was paid, and where the papers are. Stripe tells about the receipt a moment later than about the money. */
function Paid({ topUp }: { topUp: TopUpView }) {
  const { receipt_url: receipt, invoice_url: invoice } = topUp
  const tax = topUp.tax_micros > 0 ? `, of which ${formatUsd(topUp.tax_micros)} are tax` : ''
  const link = 'underline decoration-line-strong underline-offset-4 hover:decoration-current'
  return (
    <p className="text-muted">
      {formatUsd(topUp.amount_micros + topUp.tax_micros)} paid{topUp.paid_with ? ` with ${topUp.paid_with}` : ''}
      {tax}.{receipt || invoice ? ' ' : ' Stripe sends the receipt by mail.'}
      {receipt ? (
        <a className={link} href={receipt} target="_blank" rel="noreferrer">
          Receipt
        </a>
      ) : null}
      {receipt && invoice ? ' · ' : ''}
      {invoice ? (
        <a className={link} href={invoice} target="_blank" rel="noreferrer">
          Invoice
        </a>
      ) : null}
    </p>
  )
}

function Confirming({ topUp, amount }: { topUp: TopUpView; amount: string }) {
  return (
    <Result icon={<Hourglass className="animate-pulse-dot text-ball-text" />} title="Confirming your payment">
      <p className="text-muted">
        {topUp.state === 'processing'
          ? `Your bank is still working on it. ${amount} appear by themselves when it is done, even if you close this page.`
          : `Usually a few seconds. ${amount} appear as soon as Stripe confirms.`}
      </p>
      {topUp.state === 'open' && topUp.checkout_url ? (
        <Actions>
          <ButtonAnchor href={topUp.checkout_url}>Back to the payment page</ButtonAnchor>
        </Actions>
      ) : null}
    </Result>
  )
}

function Result({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <>
      <LiveRegion>{title}</LiveRegion>
      <span aria-hidden className="[&_svg]:size-10">
        {icon}
      </span>
      <h2 className="mt-4 mb-2 text-2xl font-bold tracking-tight">{title}</h2>
      {children}
    </>
  )
}

function Actions({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-wrap gap-2">{children}</div>
}

/** Once credited: renews the balance everywhere and finds the page the user came from. */
function useReturnPath(id: string, credited: boolean): string | null {
  const { mutate } = useSWRConfig()
  const [back, setBack] = useState<string | null>(null)
  useEffect(() => {
    if (!credited) return
    void mutate(WALLET_PATH)
    setBack(recallReturn(id))
  }, [credited, id, mutate])
  return back
}
