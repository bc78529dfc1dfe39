import type { ReactNode } from 'react'
import { Logo } from '#app/_components/brand/logo.tsx'
import { Credits } from '#app/_components/format/credits.tsx'
import { formatDateTime } from '#app/_components/format/format-date.ts'
import type { ReceiptView } from '#lib/contracts/api/jobs.ts'
import { TASKS } from '#lib/contracts/tasks/index.ts'
import { formatUsd } from '#lib/core/money.ts'
import { Calculation } from './receipt-calculation.tsx'
import { AttemptsTable, FundingTable, TransfersTable } from './receipt-tables.tsx'

/** Everything that moved for one job, from the GPU second to the card payment. Made to be printed. */
export function ReceiptDocument({ receipt, email }: { receipt: ReceiptView; email: string }) {
  return (
    <article className="max-w-3xl rounded-xl border border-line bg-surface p-5 sm:p-8 print:max-w-none print:border-0 print:p-0">
      <header className="flex flex-wrap items-start justify-between gap-4 border-b-2 border-text pb-5">
        <Logo />
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 text-sm">
          <Fact term="Date">{formatDateTime(receipt.finished_at_ms ?? receipt.created_at_ms)}</Fact>
          <Fact term="For">{email}</Fact>
          <Fact term="Number">{receipt.job_id}</Fact>
        </dl>
      </header>
      <Total receipt={receipt} />
      <Part title="How the amount came about">
        <Calculation receipt={receipt} />
      </Part>
      <Part title="GPU runs" note="Waiting, cold starts and runs that were lost are free.">
        <AttemptsTable attempts={receipt.attempts} />
      </Part>
      <Part title="Your credits" note="Every movement in your wallet that this job caused.">
        <TransfersTable transfers={receipt.transfers} />
      </Part>
      {receipt.captured_micros ? (
        <Part title="Paid from" note="First in, first out: your oldest credits count as spent first.">
          <FundingTable receipt={receipt} />
        </Part>
      ) : null}
      <footer className="mt-7 border-t border-line pt-4 text-xs text-faint">
        1 credit is 1 US cent. Quote {receipt.quote_id}
        {receipt.hold_id ? `, reservation ${receipt.hold_id}` : ''}. Printed amounts are rounded to a hundredth of a
        credit; the books are exact to a ten-thousandth.
      </footer>
    </article>
  )
}

function Total({ receipt }: { receipt: ReceiptView }) {
  const captured = receipt.captured_micros
  return (
    <>
      <div className="mt-6 flex flex-wrap items-end justify-between gap-4">
        <p className="min-w-0 text-lg font-semibold [overflow-wrap:anywhere]">
          <span className="block text-sm font-normal text-muted">{TASKS[receipt.task].label}</span>
          {receipt.input_name}
        </p>
        <p className="sm:text-right">
          <span className="block text-sm text-muted">{captured === null ? 'Not settled yet' : 'Paid'}</span>
          <span className="text-3xl font-extrabold tracking-tight">
            <Credits micros={captured ?? 0} />
          </span>
          <span className="tabular block text-sm text-muted">{formatUsd(captured ?? 0)}</span>
        </p>
      </div>
      {receipt.given_back ? (
        <p className="mt-4 rounded-md bg-grass-wash p-3 text-sm text-grass print:border print:border-line">
          <span className="font-semibold">
            Refunded: <Credits micros={receipt.given_back.amount_micros} />
          </span>{' '}
          came back on {formatDateTime(receipt.given_back.at_ms)}.
        </p>
      ) : null}
    </>
  )
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </>
  )
}

function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className="mt-7 break-inside-avoid border-t border-line pt-5">
      <h2 className="font-semibold">{title}</h2>
      {note ? <p className="text-sm text-muted">{note}</p> : null}
      <div className="mt-3">{children}</div>
    </section>
  )
}
