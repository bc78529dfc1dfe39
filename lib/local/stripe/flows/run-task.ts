import type { ScheduledTask } from '#lib/local/stripe/store/tables.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { openDispute, withdrawFunds } from './dispute-charge.ts'
import { expireSession } from './expire-session.ts'
import { finishPayout } from './pay-out.ts'
import { settleBankPayment } from './settle-bank-payment.ts'
import { settleCharge } from './settle-charge.ts'
import { failRefund, postRefundReference, succeedRefund } from './update-refund.ts'

const TASKS: Record<ScheduledTask['kind'], (work: Work, target: string) => void> = {
  expire_session: (work, id) => {
    const session = work.get('checkout_session', id)
    if (session.status === 'open') expireSession(work, session)
  },
  settle_charge: (work, id) => settleCharge(work, id),
  succeed_bank_payment: (work, id) => void settleBankPayment(work, id, true),
  fail_bank_payment: (work, id) => void settleBankPayment(work, id, false),
  post_refund_reference: postRefundReference,
  succeed_refund: succeedRefund,
  fail_refund: (work, id) => void failRefund(work, id),
  open_dispute: (work, id) => void withdrawFunds(work, openDispute(work, id, 'fraudulent', false)),
  open_inquiry: (work, id) => void openDispute(work, id, 'fraudulent', true),
  pay_payout: finishPayout,
}

export function runTask(work: Work, task: ScheduledTask): void {
  work.remove('task', task.id)
  TASKS[task.kind](work, task.target)
}
