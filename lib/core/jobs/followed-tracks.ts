import type { TaskRequest } from '#lib/contracts/tasks/index.ts'

/** A track that a request goes by, and the param that names it. */
export interface FollowedTrack {
  trackId: number
  field: string
}

/** The tracks without which a request cannot be carried out; empty when it follows nobody. */
export function followedTracks({ task, params }: TaskRequest): FollowedTrack[] {
  if (task === 'auto_crop')
    return typeof params.subject === 'number' ? [{ trackId: params.subject, field: 'params.subject' }] : []
  if (task !== 'overlay' && task !== 'export') return []
  return (params.highlight_regions ?? []).flatMap(({ track_id: trackId }, index) =>
    trackId === undefined ? [] : [{ trackId, field: `params.highlight_regions.${index}.track_id` }],
  )
}

/** Tasks that can make use of tracks, whether or not they must. */
export function takesTracks({ task }: TaskRequest): boolean {
  return task === 'auto_crop' || task === 'overlay' || task === 'export'
}
