import type { ReactNode } from 'react'
import { Credits } from '#app/_components/format/credits.tsx'
import { formatDateTime } from '#app/_components/format/format-date.ts'
import type { ReceiptView } from '#lib/contracts/api/jobs.ts'

export function TransfersTable({ transfers }: { transfers: ReceiptView['transfers'] }) {
  const head = ['When', 'What', 'From → to', 'Credits'] as const
  return (
    <Table head={head}>
      {transfers.map((t) => (
        <Row key={t.id}>
          <Cell label={head[0]}>{formatDateTime(t.at_ms)}</Cell>
          <Cell label={head[1]}>{KINDS[t.kind] ?? plain(t.kind)}</Cell>
          <Cell label={head[2]}>
            {ACCOUNTS[t.debit] ?? plain(t.debit)} → {ACCOUNTS[t.credit] ?? plain(t.credit)}
          </Cell>
          <Cell label={head[3]} end>
            <Credits micros={t.amount_micros} unit={false} />
          </Cell>
        </Row>
      ))}
    </Table>
  )
}

export function AttemptsTable({ attempts }: { attempts: ReceiptView['attempts'] }) {
  const head = ['Run', 'How it ended', 'RunPod job', 'GPU seconds'] as const
  return (
    <Table head={head}>
      {attempts.map((a) => (
        <Row key={a.number}>
          <Cell label={head[0]}>
            {a.number}
            {a.billed ? ', billed' : ', free'}
          </Cell>
          <Cell label={head[1]}>{plain(a.state)}</Cell>
          <Cell label={head[2]}>{a.runpod_job_id ?? '–'}</Cell>
          <Cell label={head[3]} end>
            {a.execution_ms === null ? '–' : (a.execution_ms / 1000).toFixed(3)}
          </Cell>
        </Row>
      ))}
    </Table>
  )
}

/** The payments behind the credits; the last column adds up to what was paid for the job. */
export function FundingTable({ receipt }: { receipt: ReceiptView }) {
  const head = ['Payment', 'Stripe reference', 'Of', 'For this job'] as const
  const { promo_micros: promo, other_micros: other } = receipt.unfunded
  const plainRow = (label: string, micros: number) => (
    <Row key={label}>
      <Cell label={head[0]}>{label}</Cell>
      <Cell label={head[1]}>–</Cell>
      <Cell label={head[2]} number>
        –
      </Cell>
      <Cell label={head[3]} end>
        <Credits micros={micros} unit={false} />
      </Cell>
    </Row>
  )
  return (
    <Table head={head} numbers={2}>
      {promo > 0 ? plainRow('Promotional credit', promo) : null}
      {receipt.funding.map((f) => (
        <Row key={f.top_up_id}>
          <Cell label={head[0]}>
            {f.paid_with ?? 'Top-up'}
            <span className="block text-muted">{formatDateTime(f.at_ms)}</span>
          </Cell>
          <Cell label={head[1]}>
            {f.stripe_charge ? <span className="block">{f.stripe_charge}</span> : null}
            <span className="block">{f.stripe_payment_intent}</span>
          </Cell>
          <Cell label={head[2]} number>
            <Credits micros={f.amount_micros} unit={false} />
          </Cell>
          <Cell label={head[3]} end>
            <Credits micros={f.part_micros} unit={false} />
          </Cell>
        </Row>
      ))}
      {other > 0 ? plainRow('Credit that had come back', other) : null}
    </Table>
  )
}

/** On a phone each row becomes a small list, because four columns of references fit no thumb. */
function Table({ head, numbers = 1, children }: { head: readonly string[]; numbers?: number; children: ReactNode }) {
  return (
    <table className="tabular w-full border-collapse text-left text-sm max-sm:block">
      <thead className="max-sm:hidden">
        <tr className="text-xs text-faint">
          {head.map((name, i) => (
            <th
              key={name}
              scope="col"
              className={`pb-2 font-medium ${i >= head.length - numbers ? 'pl-4 text-right' : 'pr-4'}`}
            >
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-sm:block">{children}</tbody>
    </table>
  )
}

function Row({ children }: { children: ReactNode }) {
  return <tr className="break-inside-avoid border-t border-line max-sm:block max-sm:py-2">{children}</tr>
}

function Cell({
  label,
  end = false,
  number = false,
  children,
}: {
  label: string
  end?: boolean
  number?: boolean
  children: ReactNode
}) {
  const alignment = end || number ? 'sm:pl-4 sm:text-right' : 'sm:max-w-56 sm:pr-4'
  return (
    <td
      className={`align-top [overflow-wrap:anywhere] max-sm:flex max-sm:justify-between max-sm:gap-6 max-sm:py-0.5 sm:py-2 ${alignment} ${end ? 'font-semibold' : ''}`}
    >
      <span aria-hidden className="shrink-0 font-normal text-muted sm:hidden">
        {label}
      </span>
      <span className="min-w-0 max-sm:text-right">{children}</span>
    </td>
  )
}

const KINDS: Readonly<Record<string, string>> = {
  hold: 'Reserved',
  capture: 'Paid',
  release: 'Came back',
  adjustment: 'Refunded',
}
const ACCOUNTS: Readonly<Record<string, string>> = {
  available: 'your credits',
  promo: 'promotional credits',
  held: 'reserved',
  receivable: 'what you owed',
  revenue: 'ReelBallers',
}

/** Names of the ledger as words: "gpu_cost" → "gpu cost". */
function plain(name: string): string {
  return name.replaceAll('_', ' ')
}
