import { idOf } from '#lib/local/stripe/objects/reference.ts'
import type { TableName } from '#lib/local/stripe/store/tables.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { refused } from '#lib/local/stripe/wire/errors.ts'
import { currentStatus } from './balance-transactions.ts'
import { lineItemsOf } from './checkout-sessions.ts'
import { refundsOf } from './refunds.ts'

type Json = Record<string, unknown>
type Expansion = (work: Work, owner: Json, value: unknown) => unknown

/** References to tables, tried in turn: a balance transaction's source may be a charge, a refund, a dispute or a payout. */
function from(...tables: TableName[]): Expansion {
  return (work, _owner, value) => {
    if (typeof value !== 'string') return value
    for (const table of tables) {
      const record = work.find(table, value)
      if (record) return record
    }
    throw new Error(`nothing to expand for ${value}`)
  }
}

const customer = from('customer', 'deleted_customer')
const transaction: Expansion = (work, _owner, value) =>
  typeof value === 'string' ? currentStatus(work, work.get('balance_transaction', value)) : value
const always: Expansion = (_work, _owner, value) => value

/** What `expand` may name, by the kind of object. */
const EXPANDABLE: Record<string, Record<string, Expansion>> = {
  'checkout.session': {
    customer,
    payment_intent: from('payment_intent'),
    line_items: (work, owner) => lineItemsOf(work, String(owner.id), {}),
    setup_intent: always,
    subscription: always,
    invoice: from('invoice'),
    payment_link: always,
  },
  payment_intent: {
    customer,
    latest_charge: from('charge'),
    payment_method: from('payment_method'),
    application: always,
    on_behalf_of: always,
    review: always,
    source: always,
  },
  charge: {
    customer,
    balance_transaction: transaction,
    failure_balance_transaction: transaction,
    payment_intent: from('payment_intent'),
    refunds: (work, owner) => refundsOf(work, String(owner.id)),
    application: always,
    application_fee: always,
    on_behalf_of: always,
    review: always,
    source_transfer: always,
    transfer: always,
  },
  refund: {
    balance_transaction: transaction,
    failure_balance_transaction: transaction,
    charge: from('charge'),
    customer,
    payment_intent: from('payment_intent'),
    payment_method: from('payment_method'),
    source_transfer_reversal: always,
    transfer_reversal: always,
  },
  dispute: { charge: from('charge'), payment_intent: from('payment_intent') },
  balance_transaction: { source: from('charge', 'refund', 'dispute', 'payout') },
  payout: { balance_transaction: transaction, failure_balance_transaction: transaction, original_payout: always },
  payment_method: { customer },
  customer: { default_source: always, test_clock: always },
}

const MAX_DEPTH = 4

/**
 * Replaces ids by the objects they name (https://docs.stripe.com/api/expanding_objects).
 * @throws RequestError 400 for what can not be expanded
 */
export function expandResponse(work: Work, response: object, paths: readonly string[]): object {
  const root = structuredClone(response) as Json
  for (const path of paths) {
    const parts = path.split('.')
    if (parts.length > MAX_DEPTH) throw refused(`You can only expand ${MAX_DEPTH} levels of a property: ${path}.`)
    expandPath(work, root, parts, path)
  }
  return root
}

function expandPath(work: Work, owner: Json, parts: readonly string[], path: string): void {
  const [name, ...rest] = parts
  if (name === undefined) return
  if (owner.object === 'list') {
    if (name !== 'data') throw cannotExpand(path, ` You may want to try expanding 'data.${path}' instead.`)
    for (const item of owner.data as Json[]) expandPath(work, item, rest, path)
    return
  }
  const kind = EXPANDABLE[String(owner.object)] ?? {}
  const expansion = Object.hasOwn(kind, name) ? kind[name] : undefined
  if (!expansion) throw cannotExpand(path)
  const value = expansion(work, owner, owner[name] ?? null)
  if (value !== null || name in owner) owner[name] = value
  if (value !== null && idOf(value as { id: string }) !== null) expandPath(work, value as Json, rest, path)
}

function cannotExpand(path: string, hint = '') {
  return refused(`This property cannot be expanded (${path}).${hint}`, undefined, 'expand')
}
