import type { TracksSummary } from '#lib/contracts/products.ts'
import type { Identity } from '#lib/contracts/project.ts'

/** As auto-crop takes it. */
export type CropSubject = 'auto' | 'ball' | number

export interface SubjectOption {
  /** For a list: the subject as text. */
  readonly value: string
  readonly label: string
}

/** More are no choice but a search. */
const MAX_PLAYERS = 20

const FIXED: readonly SubjectOption[] = [
  { value: 'auto', label: 'The action' },
  { value: 'ball', label: 'The ball' },
]

/**
 * Who auto-crop can follow: players with a name first, by the longest part of them in the tracks file, then the others that are seen longest.
 * @param fps frames a second, to tell how long somebody is seen
 */
export function cropSubjects(
  tracks: Pick<TracksSummary, 'tracks'> | null,
  identities: readonly Identity[],
  fps: number,
): readonly SubjectOption[] {
  if (!tracks) return FIXED
  const players = tracks.tracks.filter((track) => track.class === 'person')
  const known = new Set(players.map(({ track_id }) => track_id))
  const taken = new Set<number>()
  const named = identities.flatMap(({ name, pieces }) => {
    const there = pieces.filter(({ track_id }) => known.has(track_id))
    const [longest] = there.toSorted((a, b) => b.end_frame - b.start_frame - (a.end_frame - a.start_frame))
    for (const { track_id } of there) taken.add(track_id)
    return longest ? [{ value: String(longest.track_id), label: name.trim() || `Player ${longest.track_id}` }] : []
  })
  const others = players
    .filter(({ track_id }) => !taken.has(track_id))
    .sort((a, b) => b.boxes - a.boxes)
    .map(({ track_id, boxes }) => ({
      value: String(track_id),
      label: `Player ${track_id}, seen for ${Math.max(1, Math.round(boxes / fps))} s`,
    }))
  const unique = [...new Map([...named, ...others].map((option) => [option.value, option])).values()]
  return [...FIXED, ...unique.slice(0, MAX_PLAYERS)]
}

export function subjectOf(value: string): CropSubject {
  return value === 'auto' || value === 'ball' ? value : Number(value)
}
