import type { Metadata } from 'next'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { TOP_UP_MAX_CENTS, TOP_UP_MIN_CENTS } from '#lib/contracts/api/wallet.ts'
import { WalletScreen } from './_parts/wallet-screen.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Wallet' }

type Query = Promise<Record<string, string | string[] | undefined>>

/** `?add=1` opens the page at the top-up, `amount` (cents) and `save=1` (keep the card) fill it in, `back` is where to go once it is credited. */
export default async function WalletPage({ searchParams }: { searchParams: Query }) {
  await requireUser('/wallet')
  const query = await searchParams
  const asked = Math.ceil(Number(query.amount))
  const amountCents = asked > 0 ? Math.min(TOP_UP_MAX_CENTS, Math.max(TOP_UP_MIN_CENTS, asked)) : null
  const back = typeof query.back === 'string' && /^\/(library|jobs)\//.test(query.back) ? query.back : null
  return (
    <WalletScreen focusTopUp={query.add === '1'} amountCents={amountCents} saveCard={query.save === '1'} back={back} />
  )
}
