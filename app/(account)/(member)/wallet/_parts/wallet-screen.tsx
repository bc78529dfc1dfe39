import { PageHeader } from '#app/_components/shell/page-header.tsx'
import { BalancePanel } from './balance-panel.tsx'
import { RefundPanel } from './refund-panel.tsx'
import { SpendingPanel } from './spending/spending-panel.tsx'
import { StatementPanel } from './statement-panel.tsx'
import { TopUpPanel } from './top-up-panel.tsx'

export function WalletScreen(props: {
  focusTopUp: boolean
  amountCents: number | null
  saveCard: boolean
  back: string | null
}) {
  return (
    <>
      <PageHeader title="Wallet" />
      <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,1fr)_22rem] lg:items-start">
        <div className="flex min-w-0 flex-col gap-6 max-lg:contents">
          <BalancePanel />
          <div className="max-lg:order-2">
            <SpendingPanel />
          </div>
          <div className="max-lg:order-3">
            <StatementPanel />
          </div>
          <div className="max-lg:order-2">
            <RefundPanel />
          </div>
        </div>
        <TopUpPanel key={`${props.focusTopUp} ${props.saveCard} ${props.amountCents}`} {...props} />
      </div>
    </>
  )
}
