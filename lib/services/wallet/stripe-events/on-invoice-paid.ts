import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { topUps } from '#db/schema/ledger.ts'
import type { StripeEventHandler } from './event-handler.ts'

/** What we read of an Invoice (https://docs.stripe.com/api/invoices/object). */
const InvoiceObject = z.object({
  id: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  hosted_invoice_url: z.string().nullish(),
})

/** `invoice.paid`: the invoice of a top-up, where invoices are switched on. A note only. */
export const onInvoicePaid: StripeEventHandler = async ({ ctx, event }) => {
  const invoice = InvoiceObject.parse(event.data)
  const { top_up_id: topUpId, user_id: userId } = invoice.metadata ?? {}
  if (topUpId === undefined || userId === undefined || !invoice.hosted_invoice_url) return 'ignored'
  await ctx.db
    .update(topUps)
    .set({ invoiceUrl: invoice.hosted_invoice_url })
    .where(and(eq(topUps.id, topUpId), eq(topUps.userId, userId)))
  return 'done'
}
