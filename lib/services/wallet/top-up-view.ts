import type { topUps } from '#db/schema/ledger.ts'
import type { TopUpView } from '#lib/contracts/api/wallet.ts'
import { centsToMicros } from '#lib/core/money.ts'

export function topUpView(row: typeof topUps.$inferSelect): TopUpView {
  return {
    top_up_id: row.id,
    state: row.state,
    amount_micros: centsToMicros(row.amountCents),
    tax_micros: centsToMicros(row.taxCents),
    paid_with: row.paidWith,
    receipt_url: row.receiptUrl,
    invoice_url: row.invoiceUrl,
    checkout_url: row.state === 'open' ? row.checkoutUrl : null,
  }
}
