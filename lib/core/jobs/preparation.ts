import type { JobState } from '#lib/contracts/api/jobs.ts'
import type { AssetView } from '#lib/contracts/api/uploads.ts'

/** What the row of a ready video says of its free preparation. */
export type IngestMark = 'wanted' | 'ordered' | null

/**
 * How far the free preparation of a ready video is; null when it needs none. `job` is the state of the newest job that prepares it, if any;
 * a proxy that exists counts whatever else is said. docs/decisions/019-products.md has the table; a test compares.
 */
export function preparationOf(input: {
  mark: IngestMark
  job: JobState | undefined
  hasProxy: boolean
}): AssetView['preparation'] {
  if (input.mark === null) return null
  if (input.hasProxy) return 'ready'
  if (input.mark === 'wanted') return 'pending'
  return input.job === 'queued' || input.job === 'running' || input.job === 'finalizing' ? 'pending' : 'failed'
}
