import { MAX_CLIPS, MAX_KEPT_CLIPS, ProjectClip } from '#lib/contracts/project.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import type { ClipChanges, ClipEdit, EditRefusal } from './edits.ts'

type Clips = readonly ProjectClip[]
type Result = { readonly clips: Clips } | { readonly refused: EditRefusal }

export function editClips(clips: Clips, edit: ClipEdit): Result {
  switch (edit.type) {
    case 'add_clips':
      return addClips(clips, edit.clips, edit.at ?? clips.length)
    case 'change_clip':
      return changeClip(clips, edit.id, edit.changes)
    case 'remove_clips':
      return removeClips(clips, edit.ids)
    case 'move_clip':
      return moveClip(clips, edit.id, edit.to)
    case 'split_clip':
      return splitClip(clips, edit)
    case 'merge_clips':
      return mergeClips(clips, edit.ids)
    default:
      return assertNever(edit)
  }
}

function addClips(clips: Clips, added: Clips, at: number): Result {
  const ids = new Set(clips.map(({ id }) => id))
  for (const { id } of added) {
    if (ids.has(id)) return { refused: 'id_taken' }
    ids.add(id)
  }
  if (!added.every((clip) => ProjectClip.safeParse(clip).success)) return { refused: 'not_possible' }
  return added.length === 0 ? { clips } : bounded(clips.toSpliced(Math.max(0, at), 0, ...added))
}

function changeClip(clips: Clips, id: string, changes: ClipChanges): Result {
  const index = clips.findIndex((clip) => clip.id === id)
  const clip = clips[index]
  if (!clip) return { refused: 'no_such_item' }
  const { rating = clip.rating, notes = clip.notes, ...rest } = changes
  const { rating: _rating, notes: _notes, ...base } = clip
  const changed = ProjectClip.safeParse({
    ...base,
    ...rest,
    ...(rating === undefined || rating === null ? {} : { rating }),
    ...(notes === undefined || notes === null ? {} : { notes }),
  })
  if (!changed.success) return { refused: 'not_possible' }
  return sameClip(clip, changed.data) ? { clips } : bounded(clips.with(index, changed.data))
}

function removeClips(clips: Clips, ids: readonly string[]): Result {
  const gone = new Set(ids)
  const left = clips.filter(({ id }) => !gone.has(id))
  return left.length === clips.length - gone.size ? { clips: gone.size ? left : clips } : { refused: 'no_such_item' }
}

function moveClip(clips: Clips, id: string, to: number): Result {
  const from = clips.findIndex((clip) => clip.id === id)
  const clip = clips[from]
  if (!clip) return { refused: 'no_such_item' }
  if (!Number.isInteger(to) || to < 0 || to >= clips.length) return { refused: 'not_possible' }
  return to === from ? { clips } : { clips: clips.toSpliced(from, 1).toSpliced(to, 0, clip) }
}

function splitClip(clips: Clips, edit: Extract<ClipEdit, { type: 'split_clip' }>): Result {
  const index = clips.findIndex(({ id }) => id === edit.id)
  const clip = clips[index]
  if (!clip) return { refused: 'no_such_item' }
  if (clips.some(({ id }) => id === edit.new_id)) return { refused: 'id_taken' }
  const first = ProjectClip.safeParse({ ...clip, end_time: edit.at_time })
  const second = ProjectClip.safeParse({ ...clip, id: edit.new_id, start_time: edit.at_time })
  if (!first.success || !second.success) return { refused: 'not_possible' }
  return bounded(clips.toSpliced(index, 1, first.data, second.data))
}

function mergeClips(clips: Clips, ids: readonly string[]): Result {
  const wanted = new Set(ids)
  const merged = clips.filter(({ id }) => wanted.has(id))
  const [first] = merged
  if (!first || merged.length !== wanted.size) return { refused: 'no_such_item' }
  if (merged.length < 2) return { refused: 'not_possible' }
  const whole = {
    ...first,
    start_time: Math.min(...merged.map(({ start_time }) => start_time)),
    end_time: Math.max(...merged.map(({ end_time }) => end_time)),
  }
  return bounded(clips.flatMap((clip) => (clip === first ? [whole] : wanted.has(clip.id) ? [] : [clip])))
}

function bounded(clips: Clips): Result {
  const kept = clips.reduce((count, clip) => count + (clip.kept ? 1 : 0), 0)
  return clips.length > MAX_CLIPS || kept > MAX_KEPT_CLIPS ? { refused: 'too_many' } : { clips }
}

function sameClip(a: ProjectClip, b: ProjectClip): boolean {
  return (['start_time', 'end_time', 'label', 'rating', 'notes', 'kept'] as const).every((key) => a[key] === b[key])
}
