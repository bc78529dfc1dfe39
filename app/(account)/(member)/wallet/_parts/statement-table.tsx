import Link from 'next/link'
import { classNames } from '#app/_components/class-names.ts'
import { Ago } from '#app/_components/format/ago.tsx'
import { Credits } from '#app/_components/format/credits.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import type { StatementEntry } from '#lib/contracts/api/wallet.ts'

export function StatementTable({
  entries,
  filtered,
  onClear,
}: {
  entries: readonly StatementEntry[]
  filtered: boolean
  onClear: () => void
}) {
  if (entries.length === 0) {
    return (
      <div className="px-5 py-12 text-center text-muted">
        <p>
          {filtered
            ? 'Nothing in your statement fits this selection.'
            : 'No movements yet. Your first top-up will be the first line here.'}
        </p>
        {filtered ? (
          <Button size="sm" className="mt-4" onClick={onClear}>
            Show everything
          </Button>
        ) : null}
      </div>
    )
  }
  const withBalance = entries.some((entry) => entry.spendable_after_micros !== null)
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
          <th scope="col" className={`py-2 text-right font-medium ${withBalance ? 'px-2 max-sm:pr-5' : 'px-5'}`}>
            Spendable
          </th>
          {withBalance ? (
            <th scope="col" className="py-2 pr-5 pl-2 text-right font-medium max-sm:hidden">
              Balance
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Line key={entry.id} entry={entry} withBalance={withBalance} />
        ))}
      </tbody>
    </table>
  )
}

function Line({ entry, withBalance }: { entry: StatementEntry; withBalance: boolean }) {
  const change = entry.spendable_change_micros
  return (
    <tr className="border-t border-line align-top">
      <td className="px-5 py-3">
        <span className="block font-medium">
          <Name entry={entry} />
        </span>
        <span className="block text-sm [overflow-wrap:anywhere] text-muted">
          <Ago atMs={entry.at_ms} />
          {entry.detail ? ` · ${entry.detail}` : ''}
          {entry.kind === 'capture' && entry.job_id ? (
            <>
              {' · '}
              <Link
                href={`/jobs/${entry.job_id}/receipt`}
                className="underline decoration-line-strong underline-offset-4 hover:decoration-current"
              >
                Receipt
              </Link>
            </>
          ) : null}
        </span>
      </td>
      <td className="px-2 py-3 text-right text-muted max-sm:hidden">
        <Change micros={entry.held_change_micros} />
      </td>
      <td
        className={classNames(
          'py-3 text-right font-semibold',
          withBalance ? 'px-2 max-sm:pr-5' : 'px-5',
          change > 0 && 'text-grass',
        )}
      >
        <Change micros={change} />
        {entry.spendable_after_micros === null ? null : (
          <span className="block text-sm font-normal text-muted sm:hidden">
            <span className="sr-only">Balance afterwards: </span>
            <Credits micros={entry.spendable_after_micros} unit={false} rounding="down" />
          </span>
        )}
      </td>
      {withBalance ? (
        <td className="py-3 pr-5 pl-2 text-right text-muted max-sm:hidden">
          {entry.spendable_after_micros === null ? null : (
            <Credits micros={entry.spendable_after_micros} unit={false} rounding="down" />
          )}
        </td>
      ) : null}
    </tr>
  )
}

function Name({ entry }: { entry: StatementEntry }) {
  const href = entry.job_id ? `/jobs/${entry.job_id}` : entry.top_up_id ? `/wallet/top-up/${entry.top_up_id}` : null
  if (!href) return entry.label
  return (
    <Link href={href} className="underline decoration-line-strong underline-offset-4 hover:decoration-current">
      {entry.label}
    </Link>
  )
}

function Change({ micros }: { micros: number }) {
  if (micros === 0) return <span className="text-faint">–</span>
  return <Credits micros={micros} unit={false} signed />
}
