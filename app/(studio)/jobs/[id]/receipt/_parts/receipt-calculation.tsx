import type { ReactNode } from 'react'
import { Credits } from '#app/_components/format/credits.tsx'
import type { ReceiptView } from '#lib/contracts/api/jobs.ts'
import { ceilMicros, MICROS_PER_CREDIT } from '#lib/core/money.ts'

type Settled = NonNullable<ReceiptView['calculation']>

/** Seconds × rate, then the two bounds, then what was reserved and came back. */
export function Calculation({ receipt }: { receipt: ReceiptView }) {
  const { calculation, captured_micros: captured } = receipt
  return (
    <dl className="tabular flex flex-col gap-2 text-sm">
      {calculation && captured !== null ? <Used calculation={calculation} receipt={receipt} /> : null}
      <Line term="Reserved when it started, the most it could cost">
        <Credits micros={receipt.ceiling_micros} />
      </Line>
      <Line term="Came back when it ended">
        <Credits micros={receipt.released_micros ?? 0} />
      </Line>
    </dl>
  )
}

function Used({ calculation, receipt }: { calculation: Settled; receipt: ReceiptView }) {
  const { gpu_ms: gpuMs, rate_micros_per_second: rate, markup_bps: markup } = calculation
  const usedMicros = ceilMicros(gpuMs, rate, markup)
  const captured = receipt.captured_micros ?? 0
  return (
    <>
      <Line
        term={`${(gpuMs / 1000).toFixed(3)} s on ${calculation.gpu_class} × ${perSecond(rate, markup)} credits a second`}
      >
        <Credits micros={usedMicros} />
      </Line>
      {captured === usedMicros ? null : (
        <Line term={boundReached(calculation, receipt, usedMicros)}>
          <Credits micros={captured - usedMicros} signed />
        </Line>
      )}
      <div className="flex justify-between gap-x-6 border-y border-line py-2 font-semibold">
        <dt>Paid</dt>
        <dd>
          <Credits micros={captured} />
        </dd>
      </div>
    </>
  )
}

const perSecond = (rate: number, markupBps: number) => ((rate * markupBps) / 10_000 / MICROS_PER_CREDIT).toFixed(4)

/** Why what was paid is not what was used. */
function boundReached({ minimum_micros }: Settled, receipt: ReceiptView, usedMicros: number): string {
  if (receipt.state === 'failed') return 'It failed, so it is free'
  if (receipt.state === 'canceled') return 'You paid no more than the price you were shown'
  return usedMicros < minimum_micros ? 'Smallest charge' : 'You never pay more than was reserved'
}

function Line({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-x-6">
      <dt className="min-w-0 text-muted [overflow-wrap:anywhere]">{term}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  )
}
