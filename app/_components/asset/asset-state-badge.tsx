import { Badge, type Tone } from '#app/_components/ui/badge.tsx'
import type { AssetView } from '#lib/contracts/api/uploads.ts'

const LOOK = {
  uploading: { tone: 'sky', label: 'Uploading', live: true },
  checking: { tone: 'sky', label: 'Checking', live: true },
  ready: { tone: 'grass', label: 'Ready', live: false },
  rejected: { tone: 'card', label: 'Not usable', live: false },
  deleted: { tone: 'neutral', label: 'Deleted', live: false },
} as const satisfies Record<AssetView['state'], { tone: Tone; label: string; live: boolean }>

export function AssetStateBadge({ state }: { state: AssetView['state'] }) {
  const { tone, label, live } = LOOK[state]
  return (
    <Badge tone={tone} live={live}>
      {label}
    </Badge>
  )
}
