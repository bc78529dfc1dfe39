import { ReceiptText } from 'lucide-react'
import type { ReactNode } from 'react'
import { Credits } from '#app/_components/format/credits.tsx'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import type { JobView } from '#lib/contracts/api/jobs.ts'

/** What an ended job cost, line by line. */
export function CostSummary({ job, children }: { job: JobView; children?: ReactNode }) {
  const { cost } = job
  return (
    <aside aria-label="Cost" className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-5">
      {job.free ? <FreeLine /> : <CostLines cost={cost} />}
      <div className="flex flex-col gap-2 border-t border-line pt-4">
        {children}
        {job.free ? null : (
          <ButtonLink href={`/jobs/${job.id}/receipt`}>
            <ReceiptText aria-hidden />
            Receipt
          </ButtonLink>
        )}
      </div>
    </aside>
  )
}

function CostLines({ cost }: { cost: JobView['cost'] }) {
  return (
    <dl className="flex flex-col gap-2">
      <Line term="Paid" strong>
        <Credits micros={cost.captured_micros ?? 0} />
      </Line>
      <Line term="Reserved">
        <Credits micros={cost.ceiling_micros} unit={false} />
      </Line>
      <Line term="Came back">
        <span className="text-grass">
          <Credits micros={cost.released_micros ?? 0} unit={false} />
        </span>
      </Line>
    </dl>
  )
}

function FreeLine() {
  return (
    <p>
      <span className="block text-2xl font-extrabold tracking-tight">Free</span>
      <span className="text-sm text-muted">We do this for every video that browsers cannot play.</span>
    </p>
  )
}

function Line({ term, strong = false, children }: { term: string; strong?: boolean; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className={strong ? 'font-semibold' : 'text-muted'}>{term}</dt>
      <dd className={strong ? 'text-2xl font-extrabold tracking-tight' : 'font-medium'}>{children}</dd>
    </div>
  )
}
