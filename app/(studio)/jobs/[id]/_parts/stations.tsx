import { Check } from 'lucide-react'
import { classNames } from '#app/_components/class-names.ts'
import { STATION_OF, STATIONS } from '#app/_components/job/stages.ts'
import type { JobView } from '#lib/contracts/api/jobs.ts'

type Stage = NonNullable<JobView['progress']>['stage']

export function Stations({ stage }: { stage: Stage }) {
  const current = STATION_OF[stage]
  return (
    <ol aria-label="Stages" className="mt-5 flex flex-wrap gap-x-5 gap-y-2 text-sm">
      {STATIONS.map((name, i) => (
        <li
          key={name}
          aria-current={i === current ? 'step' : undefined}
          className={classNames(
            'flex items-center gap-1.5',
            i === current ? 'font-semibold text-text' : i < current ? 'text-grass' : 'text-faint',
          )}
        >
          {i < current ? (
            <Check aria-hidden className="size-4" />
          ) : (
            <span
              aria-hidden
              className={classNames('size-2 rounded-full', i === current ? 'bg-ball' : 'bg-line-strong')}
            />
          )}
          {name}
        </li>
      ))}
    </ol>
  )
}
