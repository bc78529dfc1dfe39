import type { ReactNode } from 'react'
import { Logo } from '#app/_components/brand/logo.tsx'
import { Credits } from '#app/_components/format/credits.tsx'
import { formatDateTime } from '#app/_components/format/format-date.ts'
import type { ReceiptView } from '#lib/contracts/api/jobs.ts'
import { TASKS } from '#lib/contracts/tasks/index.ts'
import { formatUsd, MICROS_PER_CREDIT } from '#lib/core/money.ts'
import { AttemptsTable, FundingTable, TransfersTable } from './receipt-tables.tsx'

/** Everything that moved for one job, from the card payment to the GPU second. Made to be printed. */
export function ReceiptDocument({ receipt, email }: { receipt: ReceiptView; email: string }) {
  return (
    <article className="max-w-3xl rounded-xl border border-line bg-surface p-5 sm:p-8 print:max-w-none print:border-0 print:p-0">
      <header className="flex flex-wrap items-start justify-between gap-4 border-b-2 border-text pb-5">
        <Logo />
        <div className="text-sm text-muted sm:text-right">
          <p>{formatDateTime(receipt.finished_at_ms ?? receipt.created_at_ms)}</p>
          <p className="[overflow-wrap:anywhere]">{email}</p>
        </div>
      </header>
      <div className="mt-6 flex flex-wrap items-end justify-between gap-4">
        <div className="min-w-0">
          <p className="text-lg font-semibold [overflow-wrap:anywhere]">
            {TASKS[receipt.task].label}: {receipt.input_name}
          </p>
          <p className="text-sm [overflow-wrap:anywhere] text-muted">Job {receipt.job_id}</p>
        </div>
        <p className="sm:text-right">
          <span className="block text-sm text-muted">
            {receipt.captured_micros === null ? 'Not settled yet' : 'Paid'}
          </span>
          <span className="text-3xl font-extrabold tracking-tight">
            <Credits micros={receipt.captured_micros ?? 0} />
          </span>
          <span className="tabular block text-sm text-muted">{formatUsd(receipt.captured_micros ?? 0)}</span>
        </p>
      </div>
      <Calculation receipt={receipt} />
      <Part title="Movements of credits">
        <TransfersTable transfers={receipt.transfers} />
      </Part>
      <Part title="GPU runs">
        <AttemptsTable attempts={receipt.attempts} />
      </Part>
      {receipt.funding.length > 0 ? (
        <Part title="Paid from these top-ups">
          <FundingTable funding={receipt.funding} />
        </Part>
      ) : null}
    </article>
  )
}

function Calculation({ receipt }: { receipt: ReceiptView }) {
  const { calculation } = receipt
  return (
    <Part title="How the amount came about">
      <dl className="tabular flex flex-col gap-1.5">
        {calculation ? (
          <>
            <Line term={`GPU time on ${calculation.gpu_class}`}>{(calculation.gpu_ms / 1000).toFixed(3)} s</Line>
            <Line term={`Rate, ${calculation.markup_bps / 10_000} × cost`}>
              {((calculation.rate_micros_per_second * calculation.markup_bps) / 10_000 / MICROS_PER_CREDIT).toFixed(4)}{' '}
              credits a second
            </Line>
            <Line term="Smallest charge">
              <Credits micros={calculation.minimum_micros} />
            </Line>
          </>
        ) : null}
        <Line term="Reserved (the ceiling of the quote)">
          <Credits micros={receipt.ceiling_micros} />
        </Line>
        <Line term="Came back">
          <Credits micros={receipt.released_micros ?? 0} />
        </Line>
        <Line term="Quote">{receipt.quote_id}</Line>
        <Line term="Reservation">{receipt.hold_id}</Line>
      </dl>
    </Part>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-7 break-inside-avoid border-t border-line pt-5">
      <h2 className="mb-3 font-semibold">{title}</h2>
      {children}
    </section>
  )
}

function Line({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap justify-between gap-x-6 text-sm">
      <dt className="text-muted">{term}</dt>
      <dd className="font-medium [overflow-wrap:anywhere]">{children}</dd>
    </div>
  )
}
