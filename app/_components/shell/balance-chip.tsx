'use client'

import { Plus, Wallet } from 'lucide-react'
import Link from 'next/link'
import { useWallet } from '#app/_components/data/use-wallet.ts'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { Skeleton } from '#app/_components/ui/skeleton.tsx'
import { formatCredits } from '#lib/core/money.ts'

/** What can be spent now, on every page. */
export function BalanceChip({ look }: { look: 'chip' | 'panel' }) {
  const { data } = useWallet()
  const amount = data ? formatCredits(data.spendable_micros, 'down') : null
  if (look === 'chip') {
    return (
      <Link
        href="/wallet"
        aria-label={amount === null ? 'Wallet' : `Balance ${amount} credits`}
        className="tabular flex h-9 items-center gap-2 rounded-md border border-line px-3 text-sm font-semibold"
      >
        <Wallet aria-hidden className="size-4 text-muted" />
        {amount ?? <Skeleton className="h-4 w-14" />}
      </Link>
    )
  }
  return (
    <div className="rounded-lg border border-line bg-surface p-3">
      <p className="text-xs text-muted">Balance in credits</p>
      <div className="mt-1 flex h-9 items-center justify-between">
        <Link
          href="/wallet"
          aria-label={amount === null ? 'Wallet' : `Balance ${amount} credits`}
          className="tabular text-lg font-bold tracking-tight hover:underline"
        >
          {amount ?? <Skeleton className="h-5 w-20" />}
        </Link>
        <ButtonLink href="/wallet?add=1" size="sm" icon aria-label="Add credits" title="Add credits">
          <Plus aria-hidden />
        </ButtonLink>
      </div>
    </div>
  )
}
