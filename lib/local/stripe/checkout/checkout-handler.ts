import type { IncomingMessage } from 'node:http'
import type Stripe from 'stripe'
import { expireSession } from '#lib/local/stripe/flows/expire-session.ts'
import { sessionOfIntent } from '#lib/local/stripe/flows/finish-session-payment.ts'
import type { PaymentOutcome } from '#lib/local/stripe/flows/pay-intent.ts'
import { answerChallenge, paySession } from '#lib/local/stripe/flows/pay-session.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import { readBody } from '#lib/local/stripe/wire/read-body.ts'
import type { World } from '#lib/local/stripe/world.ts'
import { pageReply, type Reply, redirectReply } from './layout.ts'
import { challengePage, invoicePage, noticePage, payPage, receiptPage } from './pages.ts'
import { checkPaymentForm, type PaymentForm, PREFILLED, payerOf, readPaymentForm } from './payment-form.ts'

/** The pages a customer sees: hosted checkout, the 3-D Secure challenge, receipts. */
export class CheckoutHandler {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  async handle(request: IncomingMessage, url: URL): Promise<Reply> {
    const [, page, id = ''] = /^(\/c\/pay|\/c\/3ds|\/receipts|\/invoices)\/([A-Za-z0-9_]+)$/.exec(url.pathname) ?? []
    const posted = request.method === 'POST' ? await readBody(request) : null
    if (request.method !== 'GET' && posted === null) return this.#notFound(405)
    if (page === '/c/pay') return posted === null ? this.#showSession(id) : this.#pay(id, posted)
    if (page === '/c/3ds') return posted === null ? this.#showChallenge(id) : this.#answer(id, posted)
    const invoice = page === '/invoices' ? this.#world.store.get('invoice', id) : undefined
    if (invoice) return pageReply(200, 'Invoice', 'narrow', invoicePage(invoice))
    const charge = page === '/receipts' ? this.#world.store.get('charge', id) : undefined
    if (!charge?.paid) return this.#notFound(404)
    return pageReply(200, 'Receipt', 'narrow', receiptPage(charge))
  }

  #showSession(id: string, form: PaymentForm = PREFILLED, problem?: string): Reply {
    const session = this.#freshSession(id)
    if (!session) return this.#notFound(404)
    if (session.status !== 'open') return showClosed(session)
    const { lineItems } = this.#world.work().get('checkout_detail', id)
    const method = session.payment_method_types.includes('card') ? form.method : 'bank_success'
    const error = problem ?? this.#lastError(session)
    const page = payPage({ session, items: lineItems, form: { ...form, method }, error })
    return pageReply(200, 'Checkout', 'pay', page)
  }

  #pay(id: string, body: string): Reply {
    const session = this.#freshSession(id)
    if (!session) return this.#notFound(404)
    // A second submit of the form: the first one has paid, so go where it led.
    if (session.status === 'complete') return redirectReply(successUrl(session))
    if (session.status !== 'open') return showClosed(session)
    const form = readPaymentForm(body)
    const checked = checkPaymentForm(form, this.#world.clock())
    if ('error' in checked) return this.#showSession(id, form, checked.error)
    const type = form.method === 'card' ? 'card' : 'us_bank_account'
    if (!session.payment_method_types.includes(type)) {
      return this.#showSession(id, PREFILLED, 'This payment method is not accepted here.')
    }
    const payer = payerOf(form, session.customer_details?.email ?? null)
    const outcome = this.#world.transact((work) => paySession(work, session, checked.number, payer))
    return this.#proceed(session, outcome, form)
  }

  #proceed(session: Stripe.Checkout.Session, outcome: PaymentOutcome, form: PaymentForm): Reply {
    switch (outcome.kind) {
      case 'succeeded':
      case 'processing':
        return redirectReply(successUrl(session))
      case 'requires_action':
        return redirectReply(`/c/3ds/${idOf(session.payment_intent)}`)
      case 'declined':
        return this.#showSession(session.id, form, outcome.decline.message)
    }
  }

  #showChallenge(intentId: string): Reply {
    const intent = this.#world.store.get('payment_intent', intentId)
    if (!intent) return this.#notFound(404)
    if (intent.status !== 'requires_action') return this.#leaveChallenge(intent)
    return pageReply(200, '3-D Secure', 'narrow', challengePage(intent))
  }

  #answer(intentId: string, body: string): Reply {
    const before = this.#world.store.get('payment_intent', intentId)
    if (!before) return this.#notFound(404)
    const passed = new URLSearchParams(body).get('answer') === 'complete'
    this.#world.transact((work) => answerChallenge(work, intentId, passed))
    return this.#leaveChallenge(before)
  }

  /** Back to the shop when paid, to the payment page when not. */
  #leaveChallenge(before: Stripe.PaymentIntent): Reply {
    const intent = this.#world.work().get('payment_intent', before.id)
    const session = sessionOfIntent(this.#world.work(), intent.id)
    if (session) return redirectReply(session.status === 'complete' ? successUrl(session) : `/c/pay/${session.id}`)
    const target = before.next_action?.redirect_to_url?.return_url
    if (!target) {
      const text = `The payment ${intent.status === 'succeeded' ? 'succeeded' : 'did not go through'}.`
      return pageReply(200, '3-D Secure', 'narrow', noticePage('Authentication answered', text))
    }
    const url = new URL(target)
    url.searchParams.set('payment_intent', intent.id)
    url.searchParams.set('payment_intent_client_secret', intent.client_secret ?? '')
    url.searchParams.set('redirect_status', intent.status === 'succeeded' ? 'succeeded' : 'failed')
    return redirectReply(url.href)
  }

  /** The session as it is now: past its time, it expires before anyone can pay it. */
  #freshSession(id: string): Stripe.Checkout.Session | undefined {
    const session = this.#world.work().find('checkout_session', id)
    if (session?.status === 'open' && session.expires_at * 1000 <= this.#world.clock()) {
      return this.#world.transact((work) => expireSession(work, session))
    }
    return session
  }

  #lastError(session: Stripe.Checkout.Session): string | null {
    const intentId = idOf(session.payment_intent)
    const intent = intentId === null ? undefined : this.#world.store.get('payment_intent', intentId)
    return intent?.last_payment_error?.message ?? null
  }

  #notFound(status: number): Reply {
    return pageReply(status, 'Not found', 'narrow', noticePage('Nothing here', 'This page does not exist.'))
  }
}

function showClosed(session: Stripe.Checkout.Session): Reply {
  if (session.status === 'complete') {
    const notice = noticePage('You are all done here', 'This checkout session was paid already.', {
      href: successUrl(session),
      label: 'Back to ReelBallers',
    })
    return pageReply(200, 'Already paid', 'narrow', notice)
  }
  const back = session.cancel_url === null ? null : { href: session.cancel_url, label: 'Back to ReelBallers' }
  const notice = noticePage('This checkout session has expired', 'Nothing was charged. Please start again.', back)
  return pageReply(410, 'Expired', 'narrow', notice)
}

function successUrl(session: Stripe.Checkout.Session): string {
  return (session.success_url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', session.id)
}
