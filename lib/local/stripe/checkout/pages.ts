import type Stripe from 'stripe'
import { TEST_CARDS } from '#lib/local/stripe/flows/test-cards.ts'
import type { WireLineItem } from '#lib/local/stripe/store/tables.ts'
import { type Html, html } from './html.ts'
import type { PaymentForm } from './payment-form.ts'

const ON_PAGE = [
  '4242424242424242',
  '4000000000000002',
  '4000000000009995',
  '4000002500003155',
  '4000000000000259',
  '4000000000005126',
]

export function money(amount: number | null, currency: string | null): string {
  return new Intl.NumberFormat('en-US', { style: 'currency', currency: currency ?? 'usd' }).format((amount ?? 0) / 100)
}

export interface PayPage {
  session: Stripe.Checkout.Session
  items: readonly WireLineItem[]
  form: PaymentForm
  error: string | null
}

export function payPage({ session, items, form, error }: PayPage): Html {
  const total = money(session.amount_total, session.currency)
  return html`
<section aria-labelledby="summary">
  <h1 id="summary">Pay ReelBallers</h1>
  <p class="amount">${total}</p>
  <ul class="items">${items.map(lineItem)}</ul>
  ${session.cancel_url && html`<p><a href="${session.cancel_url}">Cancel and go back</a></p>`}
</section>
<section class="panel" aria-labelledby="pay">
  <h2 id="pay">Payment details</h2>
  ${error && html`<div role="alert" id="error">${error}</div>`}
  <form method="post" action="/c/pay/${session.id}" data-pay novalidate>
    ${emailField(session, form)}
    <fieldset>
      <legend>Payment method</legend>
      ${methodChoices(session, form)}
    </fieldset>
    ${cardFields(form)}
    ${session.custom_text.submit && html`<p class="soft">${session.custom_text.submit.message}</p>`}
    <button class="primary" type="submit">Pay ${total}</button>
  </form>
</section>`
}

function lineItem(item: WireLineItem): Html {
  const each = html`<br><small>${item.quantity} × ${money(item.price.unit_amount, item.currency)}</small>`
  return html`<li><span>${item.description}${(item.quantity ?? 1) > 1 && each}</span>
    <span>${money(item.amount_total, item.currency)}</span></li>`
}

function emailField(session: Stripe.Checkout.Session, form: PaymentForm): Html {
  const known = session.customer_details?.email
  if (known) return html`<p class="field"><span class="soft">Email</span><br>${known}</p>`
  return html`<div class="field"><label for="email">Email</label>
    <input id="email" name="email" type="email" autocomplete="email" value="${form.email || 'customer@example.com'}"></div>`
}

function methodChoices(session: Stripe.Checkout.Session, form: PaymentForm): Html[] {
  const choices = [
    ['card', 'Card', 'card'],
    ['bank_success', 'Bank account (succeeds later)', 'us_bank_account'],
    ['bank_failure', 'Bank account (fails later)', 'us_bank_account'],
  ] as const
  return choices
    .filter(([, , type]) => session.payment_method_types.includes(type))
    .map(
      ([value, label]) => html`<label class="choice"><input type="radio" name="method" value="${value}"
        ${form.method === value && 'checked'}> ${label}</label>`,
    )
}

function cardFields(form: PaymentForm): Html {
  const cards = TEST_CARDS.filter((card) => ON_PAGE.includes(card.number))
  return html`
    <fieldset data-card>
      <legend>Card</legend>
      ${field('number', 'Card number', form.number, 'cc-number')}
      <div class="row">
        ${field('expiry', 'Expiration (MM / YY)', form.expiry, 'cc-exp')}
        ${field('cvc', 'Security code', form.cvc, 'cc-csc')}
      </div>
      ${field('name', 'Name on card', form.name, 'cc-name')}
      <div class="row">
        ${field('country', 'Country', form.country, 'country')}
        ${field('postal_code', 'Postal code', form.postalCode, 'postal-code')}
      </div>
      <p class="soft" id="tests">Fill in a test card:</p>
      <div class="tests" role="group" aria-labelledby="tests">
        ${cards.map((card) => html`<button type="button" data-number="${grouped(card.number)}">${card.label}</button>`)}
      </div>
    </fieldset>`
}

function field(name: string, label: string, value: string, autocomplete: string): Html {
  return html`<div class="field"><label for="${name}">${label}</label>
    <input id="${name}" name="${name}" type="text" value="${value}" autocomplete="${autocomplete}"></div>`
}

function grouped(number: string): string {
  return number.replaceAll(/(\d{4})(?=\d)/g, '$1 ')
}

export function challengePage(intent: Stripe.PaymentIntent): Html {
  return html`
<section class="panel" aria-labelledby="challenge">
  <h1 id="challenge">3-D Secure: confirm your payment</h1>
  <p>Your bank wants to know that it is you who pays <strong>${money(intent.amount, intent.currency)}</strong> to ReelBallers.</p>
  <form method="post" action="/c/3ds/${intent.id}" class="actions">
    <button class="primary" name="answer" value="complete">Complete authentication</button>
    <button name="answer" value="fail">Fail authentication</button>
  </form>
</section>`
}

/** A page that only says something, with at most one way on. */
export function noticePage(heading: string, text: string, link?: { href: string; label: string } | null): Html {
  return html`
<section class="panel">
  <h1>${heading}</h1>
  <p>${text}</p>
  ${link && html`<p><a href="${link.href}">${link.label}</a></p>`}
</section>`
}

export function receiptPage(charge: Stripe.Charge): Html {
  const method = charge.payment_method_details
  const last4 = method?.card?.last4 ?? method?.us_bank_account?.last4
  return html`
<section class="panel" aria-labelledby="receipt">
  <h1 id="receipt">Receipt from ReelBallers</h1>
  <ul class="items">
    <li><span>Amount paid</span><span>${money(charge.amount, charge.currency)}</span></li>
    ${charge.amount_refunded > 0 && html`<li><span>Refunded</span><span>${money(charge.amount_refunded, charge.currency)}</span></li>`}
    <li><span>Date</span><span>${new Date(charge.created * 1000).toISOString().slice(0, 10)}</span></li>
    <li><span>Payment method</span><span>${method?.card?.brand ?? 'Bank account'} ending in ${last4}</span></li>
    <li><span>Charge</span><span>${charge.id}</span></li>
  </ul>
  <p class="soft">${charge.description}</p>
</section>`
}

export function invoicePage(invoice: Stripe.Invoice): Html {
  return html`
<section class="panel" aria-labelledby="invoice">
  <h1 id="invoice">Invoice ${invoice.number} from ReelBallers</h1>
  <ul class="items">
    <li><span>Billed to</span><span>${invoice.customer_name ?? invoice.customer_email}</span></li>
    <li><span>Date</span><span>${new Date(invoice.created * 1000).toISOString().slice(0, 10)}</span></li>
    <li><span>Before tax</span><span>${money(invoice.subtotal, invoice.currency)}</span></li>
    <li><span>Tax</span><span>${money(invoice.total - invoice.subtotal, invoice.currency)}</span></li>
    <li><span>Paid</span><span>${money(invoice.amount_paid, invoice.currency)}</span></li>
  </ul>
</section>`
}
