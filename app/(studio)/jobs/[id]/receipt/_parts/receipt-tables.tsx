import type { ReactNode } from 'react'
import { Credits } from '#app/_components/format/credits.tsx'
import { formatDateTime } from '#app/_components/format/format-date.ts'
import { Sideways } from '#app/_components/ui/sideways.tsx'
import type { ReceiptView } from '#lib/contracts/api/jobs.ts'

export function TransfersTable({ transfers }: { transfers: ReceiptView['transfers'] }) {
  return (
    <Table head={['When', 'What', 'From → to', 'Credits']}>
      {transfers.map((t) => (
        <tr key={t.id} className="border-t border-line">
          <Cell>{formatDateTime(t.at_ms)}</Cell>
          <Cell>{plain(t.kind)}</Cell>
          <Cell>
            {plain(t.debit)} → {plain(t.credit)}
          </Cell>
          <Cell end>
            <Credits micros={t.amount_micros} unit={false} />
          </Cell>
        </tr>
      ))}
    </Table>
  )
}

export function AttemptsTable({ attempts }: { attempts: ReceiptView['attempts'] }) {
  return (
    <Table head={['Run', 'How it ended', 'RunPod job', 'Seconds']}>
      {attempts.map((a) => (
        <tr key={a.number} className="border-t border-line">
          <Cell>
            {a.number}
            {a.billed ? '' : ' (free)'}
          </Cell>
          <Cell>{plain(a.state)}</Cell>
          <Cell>{a.runpod_job_id ?? '–'}</Cell>
          <Cell end>{a.execution_ms === null ? '–' : (a.execution_ms / 1000).toFixed(3)}</Cell>
        </tr>
      ))}
    </Table>
  )
}

export function FundingTable({ funding }: { funding: ReceiptView['funding'] }) {
  return (
    <Table head={['When', 'Top-up', 'Stripe payment', 'Credits']}>
      {funding.map((f) => (
        <tr key={f.top_up_id} className="border-t border-line">
          <Cell>{formatDateTime(f.at_ms)}</Cell>
          <Cell>{f.top_up_id}</Cell>
          <Cell>{f.stripe_payment_intent}</Cell>
          <Cell end>
            <Credits micros={f.amount_micros} unit={false} />
          </Cell>
        </tr>
      ))}
    </Table>
  )
}

function Table({ head, children }: { head: readonly string[]; children: ReactNode }) {
  return (
    <Sideways label={`Table: ${head.join(', ')}`}>
      <table className="tabular w-full min-w-[34rem] border-collapse text-left text-sm">
        <thead>
          <tr className="text-xs text-faint">
            {head.map((name, i) => (
              <th
                key={name}
                scope="col"
                className={`pb-2 font-medium ${i === head.length - 1 ? 'text-right' : 'pr-4'}`}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Sideways>
  )
}

function Cell({ end = false, children }: { end?: boolean; children: ReactNode }) {
  return (
    <td className={`py-2 align-top ${end ? 'text-right font-semibold' : 'max-w-48 pr-4 [overflow-wrap:anywhere]'}`}>
      {children}
    </td>
  )
}

/** Names of the ledger as words: "user_available:u1" → "available", "gpu_cost" → "gpu cost". */
function plain(name: string): string {
  return (name.split(':').at(-1) ?? name).replaceAll('_', ' ')
}
