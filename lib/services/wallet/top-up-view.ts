import type { topUps } from '#db/schema/ledger.ts'
import type { TopUpView } from '#lib/contracts/api/wallet.ts'
import { centsToMicros } from '#lib/core/money.ts'

export function topUpView(row: typeof topUps.$inferSelect): TopUpView {
  return {
    top_up_id: row.id,
    state: row.state,
    amount_micros: centsToMicros(row.amountCents),
    checkout_url: row.state === 'open' ? row.checkoutUrl : null,
  }
}
