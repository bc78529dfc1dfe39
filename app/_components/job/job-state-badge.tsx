import { Badge, type Tone } from '#app/_components/ui/badge.tsx'
import type { JobState } from '#lib/contracts/api/jobs.ts'

const LOOK = {
  queued: { tone: 'sky', label: 'Queued', live: true },
  running: { tone: 'ball', label: 'Running', live: true },
  finalizing: { tone: 'ball', label: 'Saving', live: true },
  succeeded: { tone: 'grass', label: 'Done', live: false },
  failed: { tone: 'card', label: 'Failed', live: false },
  canceled: { tone: 'neutral', label: 'Canceled', live: false },
} as const satisfies Record<JobState, { tone: Tone; label: string; live: boolean }>

export function JobStateBadge({ state }: { state: JobState }) {
  const { tone, label, live } = LOOK[state]
  return (
    <Badge tone={tone} live={live}>
      {label}
    </Badge>
  )
}
