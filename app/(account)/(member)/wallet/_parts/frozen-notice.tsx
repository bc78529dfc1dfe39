'use client'

import { useRefunds } from '#app/_components/data/use-refunds.ts'
import { formatDate } from '#app/_components/format/format-date.ts'
import { Notice } from '#app/_components/ui/notice.tsx'
import { formatUsd } from '#lib/core/money.ts'

/** Why nothing can be spent, and the two ways out. */
export function FrozenNotice() {
  const { data } = useRefunds()
  const dispute = data?.disputes.find((one) => one.state === 'open')
  return (
    <Notice tone="warning" title="Your wallet is on hold">
      <p>
        {dispute
          ? `The payment of ${formatUsd(dispute.amount_micros)} with ${dispute.paid_with ?? 'your card'} is disputed at its bank since ${formatDate(dispute.opened_at_ms)}. `
          : 'A payment of yours is disputed at its bank. '}
        Until the bank decides, no job can be started and no credit goes back. Jobs under way finish as usual.
      </p>
      <p className="mt-2">
        If you recognise the payment, tell your bank so and withdraw the dispute: the hold ends by itself when the bank
        tells us, usually within a few days. If you do not, you need to do nothing.
      </p>
    </Notice>
  )
}
