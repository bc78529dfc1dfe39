import Link from 'next/link'
import { classNames } from '#app/_components/class-names.ts'
import { Ago } from '#app/_components/format/ago.tsx'
import { Credits } from '#app/_components/format/credits.tsx'
import type { StatementEntry } from '#lib/contracts/api/wallet.ts'

export function StatementTable({ entries, filtered }: { entries: readonly StatementEntry[]; filtered: boolean }) {
  if (entries.length === 0) {
    return (
      <p className="px-5 py-12 text-center text-muted">
        {filtered ? 'Nothing of this kind yet.' : 'No movements yet. Your first top-up will be the first line here.'}
      </p>
    )
  }
  return (
    <table className="w-full border-collapse text-left">
      <thead>
        <tr className="text-xs text-faint">
          <th scope="col" className="px-5 py-2 font-medium">
            What
          </th>
          <th scope="col" className="px-2 py-2 text-right font-medium max-sm:hidden">
            Held
          </th>
          <th scope="col" className="px-5 py-2 text-right font-medium">
            Spendable
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Line key={entry.id} entry={entry} />
        ))}
      </tbody>
    </table>
  )
}

function Line({ entry }: { entry: StatementEntry }) {
  const href = entry.job_id ? `/jobs/${entry.job_id}` : entry.top_up_id ? `/wallet/top-up/${entry.top_up_id}` : null
  return (
    <tr className="border-t border-line">
      <td className="px-5 py-3">
        <span className="block font-medium">
          {href ? (
            <Link href={href} className="underline decoration-line-strong underline-offset-4 hover:decoration-current">
              {entry.label}
            </Link>
          ) : (
            entry.label
          )}
        </span>
        <span className="text-sm text-muted">
          <Ago atMs={entry.at_ms} />
        </span>
      </td>
      <td className="px-2 py-3 text-right text-muted max-sm:hidden">
        <Change micros={entry.held_change_micros} />
      </td>
      <td
        className={classNames('px-5 py-3 text-right font-semibold', entry.spendable_change_micros > 0 && 'text-grass')}
      >
        <Change micros={entry.spendable_change_micros} />
      </td>
    </tr>
  )
}

function Change({ micros }: { micros: number }) {
  if (micros === 0) return <span className="text-faint">–</span>
  return <Credits micros={micros} unit={false} signed />
}
