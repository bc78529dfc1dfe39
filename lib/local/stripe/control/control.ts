import type Stripe from 'stripe'
import {
  closeDispute,
  loseDispute,
  openDispute,
  winDispute,
  withdrawFunds,
} from '#lib/local/stripe/flows/dispute-charge.ts'
import { expireSession } from '#lib/local/stripe/flows/expire-session.ts'
import type { PaymentOutcome } from '#lib/local/stripe/flows/pay-intent.ts'
import { chargeFee, failPayout, startPayout } from '#lib/local/stripe/flows/pay-out.ts'
import { answerChallenge, paySession } from '#lib/local/stripe/flows/pay-session.ts'
import { refundCharge } from '#lib/local/stripe/flows/refund-charge.ts'
import { settleBankPayment } from '#lib/local/stripe/flows/settle-bank-payment.ts'
import { findTestCard, isBankAccount } from '#lib/local/stripe/flows/test-cards.ts'
import { failRefund } from '#lib/local/stripe/flows/update-refund.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import { existingSession } from '#lib/local/stripe/resources/checkout-sessions.ts'
import { existingDispute } from '#lib/local/stripe/resources/disputes.ts'
import { existingEvent } from '#lib/local/stripe/resources/events.ts'
import type { Delivery, ScheduledTask } from '#lib/local/stripe/store/tables.ts'
import type { DeliveryFaults } from '#lib/local/stripe/webhooks/delivery-faults.ts'
import type { ApiFault, ApiFaults } from '#lib/local/stripe/wire/api-faults.ts'
import { noSuch, refused } from '#lib/local/stripe/wire/errors.ts'
import type { World } from '#lib/local/stripe/world.ts'
import { type DashboardRefund, type DisputeRequest, PayRequest } from './control-requests.ts'

export type DisputeStep = 'withdraw' | 'win' | 'lose' | 'close'

const DISPUTE_STEPS = { withdraw: withdrawFunds, win: winDispute, lose: loseDispute, close: closeDispute }

export interface LocalState {
  deliveries: Delivery[]
  delivery_faults: Required<DeliveryFaults>
  api_faults: readonly ApiFault[]
  tasks: ScheduledTask[]
  sessions: Stripe.Checkout.Session[]
}

/** The hand of fate: what customers, banks and networks do. Everything here is also under `/_local/`. */
export class Control {
  readonly #world: World
  readonly #apiFaults: ApiFaults

  constructor(world: World, apiFaults: ApiFaults) {
    this.#world = world
    this.#apiFaults = apiFaults
  }

  /** Pays a session as on its page. @throws RequestError when it is unknown or no longer open */
  pay(sessionId: string, request: Partial<PayRequest> = {}): { outcome: PaymentOutcome['kind'] } {
    const { card, name, email, challenge } = PayRequest.parse(request)
    const number = card.replaceAll(' ', '')
    if (!findTestCard(number) && !isBankAccount(number)) throw refused(`Not a test card: ${card}`)
    return this.#world.transact((work) => {
      const session = existingSession(work, sessionId)
      const payer = {
        name,
        email: session.customer_details?.email ?? email ?? null,
        country: 'US',
        postalCode: '94107',
      }
      const outcome = paySession(work, session, number, payer)
      if (outcome.kind !== 'requires_action' || challenge === undefined) return { outcome: outcome.kind }
      const answer = answerChallenge(work, idOf(session.payment_intent) ?? '', challenge === 'complete')
      return { outcome: answer?.kind ?? outcome.kind }
    })
  }

  decline(sessionId: string): { outcome: PaymentOutcome['kind'] } {
    return this.pay(sessionId, { card: '4000000000000002' })
  }

  expire(sessionId: string): Stripe.Checkout.Session {
    return this.#world.transact((work) => expireSession(work, existingSession(work, sessionId)))
  }

  /** Ends a bank payment now. @throws RequestError 400 when the session waits for none */
  finishBankPayment(sessionId: string, succeeded: boolean): Stripe.Checkout.Session {
    return this.#world.transact((work) => {
      const intent = idOf(existingSession(work, sessionId).payment_intent)
      if (intent === null || !settleBankPayment(work, intent, succeeded)) {
        throw refused('This Checkout Session does not wait for a bank payment.')
      }
      return existingSession(work, sessionId)
    })
  }

  failRefund(refundId: string, reason?: string): Stripe.Refund {
    return this.#world.transact((work) => {
      if (!work.find('refund', refundId)) throw noSuch('refund', refundId)
      return failRefund(work, refundId, reason)
    })
  }

  openDispute({
    payment_intent,
    reason,
    warning,
  }: Partial<DisputeRequest> & { payment_intent: string }): Stripe.Dispute {
    return this.#world.transact((work) => openDispute(work, payment_intent, reason ?? 'fraudulent', warning ?? false))
  }

  advanceDispute(disputeId: string, step: DisputeStep): Stripe.Dispute {
    return this.#world.transact((work) => DISPUTE_STEPS[step](work, existingDispute(work, disputeId)))
  }

  /** A refund somebody makes in Stripe's Dashboard, unknown to the application until its events arrive. */
  refundInDashboard({ charge, payment_intent, amount }: DashboardRefund): Stripe.Refund {
    return this.#world.transact((work) => {
      const intent = payment_intent === undefined ? undefined : work.find('payment_intent', payment_intent)
      const id = charge ?? idOf(intent?.latest_charge) ?? ''
      if (!work.find('charge', id)) throw noSuch('charge', id)
      return refundCharge(work, id, { amount, reason: 'requested_by_customer' })
    })
  }

  payOut(amount: number, currency = 'usd'): Stripe.Payout {
    return this.#world.transact((work) => startPayout(work, amount, currency))
  }

  /** The bank returns a payout. */
  failPayout(payoutId: string): Stripe.Payout {
    return this.#world.transact((work) => {
      const payout = work.find('payout', payoutId)
      if (!payout) throw noSuch('payout', payoutId)
      return failPayout(work, payout)
    })
  }

  /** A fee of Stripe's that belongs to no payment. */
  chargeFee(amount: number, currency = 'usd'): Stripe.BalanceTransaction {
    return this.#world.transact((work) => chargeFee(work, amount, currency))
  }

  setDeliveryFaults(faults: DeliveryFaults): Required<DeliveryFaults> {
    return this.#world.deliveries.setFaults(faults)
  }

  clearDeliveryFaults(): void {
    this.#world.deliveries.clearFaults()
  }

  /** Sends what a hold kept back; the hold goes on for what comes next. */
  releaseDeliveries({ shuffle = false } = {}): { released: number } {
    return { released: this.#world.deliveries.release(shuffle) }
  }

  resendEvent(eventId: string): Delivery {
    return this.#world.deliveries.resend(existingEvent(this.#world.work(), eventId))
  }

  addApiFault(fault: ApiFault): void {
    this.#apiFaults.add(fault)
  }

  clearApiFaults(): void {
    this.#apiFaults.clear()
  }

  /** Runs whatever the clock has made due, without waiting for a timer. */
  runDueTasks(): void {
    this.#world.scheduler.run()
  }

  state(): LocalState {
    const { store, deliveries } = this.#world
    return {
      deliveries: store.all('delivery'),
      delivery_faults: deliveries.faults,
      api_faults: this.#apiFaults.list,
      tasks: store.all('task'),
      sessions: store.all('checkout_session'),
    }
  }
}
