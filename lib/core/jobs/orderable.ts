import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import type { OutputName } from '#lib/contracts/tasks/task-contract.ts'
import { requiredOutputs } from './required-outputs.ts'

/** Why the app cannot carry a request out from end to end, though the worker could; null when it can. */
export type Obstacle = 'missing_tracks' | 'task_paused' | null

/** Files the app stores and hands over. */
const STORED: ReadonlySet<OutputName> = new Set<OutputName>(['video'])

/**
 * The app hands over one video: data, separate clips, tracks to go by and the free preparation of uploads have no place in it yet, so they
 * are refused before anything is priced, instead of failing on a GPU.
 */
export function obstacleTo(request: TaskRequest): Obstacle {
  if (needsTracks(request)) return 'missing_tracks'
  const outputs = requiredOutputs(request)
  const isStored = outputs.length > 0 && outputs.every((name) => STORED.has(name))
  return request.task === 'ingest' || !isStored ? 'task_paused' : null
}

function needsTracks({ task, params }: TaskRequest): boolean {
  if (task === 'auto_crop') return typeof params.subject === 'number'
  if (task !== 'overlay' && task !== 'export') return false
  return (params.highlight_regions ?? []).some((region) => region.track_id !== undefined)
}
