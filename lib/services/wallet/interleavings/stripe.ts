import type { PaymentEvent, Payments, ProviderRefund } from '#lib/providers/payments/port.ts'
import { ConnectionLost } from './failing-db.ts'

interface Dispute {
  id: string
  status: 'needs_response' | 'lost' | 'won'
  amountCents: number
  movements: { id: string; amount: number; created: number }[]
}

interface Payment {
  id: string
  topUpId: string
  cents: number
  refunds: ProviderRefund[]
  dispute: Dispute | null
}

/**
 * Stripe, as far as one user's money goes: what was paid, sent back and disputed is the truth that the books must come to, and every change is
 * an event that may be delivered at any time, any number of times. The wire itself is tested elsewhere, against the stand-in.
 */
export class Stripe {
  readonly events: PaymentEvent[] = []
  readonly #userId: string
  readonly #payments: Payment[] = []
  readonly #byKey = new Map<string, ProviderRefund>()
  /** The next refund is made, and the answer lost. */
  losesAnswer = false

  constructor(userId: string) {
    this.#userId = userId
  }

  /** What is left with us of all payments. */
  get balanceCents(): number {
    return this.#payments.reduce((sum, payment) => {
      const moved = (payment.dispute?.movements ?? []).reduce((net, { amount }) => net + amount, 0)
      return sum + payment.cents - goneCents(payment) + moved
    }, 0)
  }

  get hasOpenDispute(): boolean {
    return this.#payments.some(({ dispute }) => dispute?.status === 'needs_response')
  }

  /** A Checkout is paid. */
  pay(topUpId: string, cents: number): void {
    const payment = { id: `pi_${topUpId}`, topUpId, cents, refunds: [], dispute: null }
    this.#payments.push(payment)
    this.#emit('checkout.session.completed', {
      id: `cs_${topUpId}`,
      client_reference_id: this.#userId,
      metadata: { kind: 'top_up', top_up_id: topUpId },
      payment_status: 'paid',
      payment_intent: payment.id,
      amount_subtotal: cents,
      amount_total: cents,
      total_details: { amount_tax: 0, amount_discount: 0, amount_shipping: 0 },
      currency: 'usd',
      livemode: false,
    })
  }

  refundInDashboard(pick: number, cents: number): void {
    const payment = this.#at(pick)
    const left = payment && !payment.dispute ? payment.cents - goneCents(payment) : 0
    if (payment && left > 0) this.#refund(payment, 1 + (cents % left), null)
  }

  /** The bank sends a refund back. */
  failRefund(pick: number): void {
    const going = this.#payments.flatMap(({ refunds }) => refunds).filter(({ status }) => status !== 'failed')
    const refund = going[pick % Math.max(1, going.length)]
    if (!refund) return
    refund.status = 'failed'
    this.#emitRefund('refund.failed', refund)
  }

  /** A chargeback is opened, takes the money (at once, or later), and ends. */
  dispute(pick: number, amount: number): void {
    const payment = this.#at(pick)
    if (!payment) return
    const amountCents = payment.cents - goneCents(payment)
    if (!payment.dispute && amountCents > 0) {
      payment.dispute = { id: `dp_${payment.id}`, status: 'needs_response', amountCents, movements: [] }
      this.#emitDispute('charge.dispute.created', payment.id, payment.dispute)
      if (amount % 4 === 0) return
    }
    if (payment.dispute) this.#advance(payment.id, payment.dispute, amount % 2 === 0)
  }

  #advance(paymentIntentId: string, dispute: Dispute, won: boolean): void {
    const move = (direction: 'out' | 'in', amount: number) => {
      dispute.movements.push({ id: `txn_${direction}_${dispute.id}`, amount, created: dispute.movements.length })
    }
    if (dispute.movements.length === 0) {
      move('out', -dispute.amountCents)
      this.#emitDispute('charge.dispute.funds_withdrawn', paymentIntentId, dispute)
    } else if (dispute.status === 'needs_response') {
      dispute.status = won ? 'won' : 'lost'
      if (won) move('in', dispute.amountCents)
      if (won) this.#emitDispute('charge.dispute.funds_reinstated', paymentIntentId, dispute)
      this.#emitDispute('charge.dispute.closed', paymentIntentId, dispute)
    }
  }

  /** What our services see of it. */
  port(): Payments {
    const answers: Pick<Payments, 'livemode' | 'createRefund' | 'listRefunds' | 'readPayment'> = {
      livemode: false,
      createRefund: async (asked) => this.#createRefund(asked),
      listRefunds: async ({ paymentIntentId }) => structuredClone(this.#find(paymentIntentId)?.refunds ?? []),
      readPayment: async ({ paymentIntentId }) => this.#find(paymentIntentId) ?? null,
    }
    return new Proxy(answers as Payments, {
      get(target, name) {
        if (name in target) return target[name as keyof Payments]
        throw new Error(`Nobody asks Stripe for ${String(name)} here`)
      },
    })
  }

  #createRefund(asked: Parameters<Payments['createRefund']>[0]): Awaited<ReturnType<Payments['createRefund']>> {
    const payment = this.#find(asked.paymentIntentId)
    const left = payment && !payment.dispute ? payment.cents - goneCents(payment) : 0
    const made = this.#byKey.get(asked.idempotencyKey)
    if (!made && (!payment || asked.amountCents > left)) return { outcome: 'refused', reason: 'charge_disputed' }
    const refund = made ?? (payment && this.#refund(payment, asked.amountCents, asked.refundId))
    if (!refund) throw new Error('unreachable')
    this.#byKey.set(asked.idempotencyKey, refund)
    if (this.losesAnswer) {
      this.losesAnswer = false
      throw new ConnectionLost('Stripe hung up')
    }
    return { outcome: 'made', refund: structuredClone(refund) }
  }

  #refund(payment: Payment, amountCents: number, refundId: string | null): ProviderRefund {
    const id = `re_${payment.id}_${payment.refunds.length}`
    const status = payment.refunds.length % 2 === 0 ? 'succeeded' : 'pending'
    const money = { amountCents, currency: 'usd', paymentIntentId: payment.id }
    const refund: ProviderRefund = { id, status, ...money, refundId, failureReason: null }
    payment.refunds.push(refund)
    this.#emitRefund('refund.created', refund)
    const charge = { id: `ch_${payment.id}`, payment_intent: payment.id, amount_refunded: goneCents(payment) }
    this.#emit('charge.refunded', charge)
    return refund
  }

  #emitRefund(type: string, refund: ProviderRefund): void {
    this.#emit(type, {
      id: refund.id,
      status: refund.status,
      amount: refund.amountCents,
      currency: refund.currency,
      payment_intent: refund.paymentIntentId,
      metadata: refund.refundId === null ? {} : { refund_id: refund.refundId },
      failure_reason: null,
    })
  }

  #emitDispute(type: string, paymentIntentId: string, dispute: Dispute): void {
    this.#emit(type, {
      id: dispute.id,
      charge: `ch_${paymentIntentId}`,
      payment_intent: paymentIntentId,
      status: dispute.status,
      reason: 'fraudulent',
      amount: dispute.amountCents,
      currency: 'usd',
      evidence_details: null,
      balance_transactions: dispute.movements,
    })
  }

  #emit(type: string, data: object): void {
    const createdMs = this.events.length
    const id = `evt_${this.#userId}_${createdMs}`
    this.events.push({ id, type, createdMs, livemode: false, data: structuredClone(data) })
  }

  #find(id: string): Payment | undefined {
    return this.#payments.find((payment) => payment.id === id)
  }

  #at(pick: number): Payment | undefined {
    return this.#payments[pick % Math.max(1, this.#payments.length)]
  }
}

function goneCents({ refunds }: Payment): number {
  return refunds.filter(({ status }) => status !== 'failed').reduce((sum, { amountCents }) => sum + amountCents, 0)
}
