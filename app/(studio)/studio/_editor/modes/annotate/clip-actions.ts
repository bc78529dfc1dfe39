import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { ProjectClip } from '#lib/contracts/project.ts'
import type { ClipChanges } from '#lib/core/project/edits.ts'

/** An end time belongs to the frame after the last one shown; this much before it is in the last. */
const JUST_BEFORE_S = 2e-5

/** The first frame of a clip that is being marked is the one on the screen. */
export function markIn({ session, playback }: Studio): void {
  session.store.set({ markInS: playback.timeS })
}

/** Makes the clip from the mark to the frame on the screen, that one included. Without a mark, ends the selected clip here. */
export function markOut(studio: Studio): void {
  const { session, playback } = studio
  const { markInS } = session.store.get()
  if (markInS === null) {
    nudgeEdge(studio, 'end')
    return
  }
  const { clock, frame } = playback.store.get()
  const [from, to] = [clock.frameAt(markInS), frame].sort((a, b) => a - b) as [number, number]
  const clip: ProjectClip = {
    id: crypto.randomUUID(),
    start_time: clock.timeOf(from),
    end_time: clock.timeOf(to + 1),
    label: '',
    kept: true,
  }
  if (!session.edit({ type: 'add_clips', clips: [clip] })) return
  session.store.set({ markInS: null, selected: [clip.id] })
}

/** Brings an edge of the one selected clip to the frame on the screen. */
export function nudgeEdge({ session, playback }: Studio, edge: 'start' | 'end'): void {
  const { clock, frame } = playback.store.get()
  const [id] = session.store.get().selected
  if (!id) return
  const changes = edge === 'start' ? { start_time: clock.timeOf(frame) } : { end_time: clock.timeOf(frame + 1) }
  session.edit({ type: 'change_clip', id, changes })
}

export function changeSelected({ session }: Studio, changes: ClipChanges | 'toggle_kept'): void {
  const selected = selectedClips(session)
  const gesture = `selected-${crypto.randomUUID()}`
  for (const clip of selected)
    session.edit(
      { type: 'change_clip', id: clip.id, changes: changes === 'toggle_kept' ? { kept: !clip.kept } : changes },
      gesture,
    )
}

export function removeSelected({ session }: Studio): void {
  const { selected } = session.store.get()
  if (selected.length > 0) session.edit({ type: 'remove_clips', ids: selected })
}

/** Splits the selected clip, or the one under the playhead, between the frame before and the one on the screen. */
export function splitAtPlayhead({ session, playback }: Studio): void {
  const timeS = playback.timeS
  const { clips } = session.document
  const under = ({ start_time, end_time }: ProjectClip) => start_time < timeS - JUST_BEFORE_S && timeS < end_time
  // With the playhead outside it, the selected clip is tried all the same: the refusal says why nothing happens.
  const [selected] = selectedClips(session)
  const clip = selectedClips(session).find(under) ?? clips.find(under) ?? selected
  if (!clip) return
  const new_id = crypto.randomUUID()
  if (session.edit({ type: 'split_clip', id: clip.id, at_time: timeS, new_id })) session.select([new_id])
}

export function mergeSelected({ session }: Studio): void {
  const ids = selectedClips(session).map(({ id }) => id)
  if (ids.length > 1) session.edit({ type: 'merge_clips', ids })
}

/** Joins a clip with the one after it in the reel. */
export function mergeWithNext({ session }: Studio, id: string): void {
  const { clips } = session.document
  const next = clips[clips.findIndex((clip) => clip.id === id) + 1]
  if (next) session.edit({ type: 'merge_clips', ids: [id, next.id] })
}

/** One place earlier or later in the reel. */
export function moveSelected({ session }: Studio, direction: 1 | -1): void {
  const [id] = session.store.get().selected
  const index = session.document.clips.findIndex((clip) => clip.id === id)
  const to = index + direction
  if (id && to >= 0 && to < session.document.clips.length) session.edit({ type: 'move_clip', id, to })
}

/** The clip before or after in the reel; its first frame is shown. */
export function selectNeighbour({ session, playback }: Studio, direction: 1 | -1): void {
  const { clips } = session.document
  const current = clips.findIndex(({ id }) => id === session.store.get().selected[0])
  const index = current < 0 ? (direction > 0 ? 0 : clips.length - 1) : current + direction
  const clip = clips[index]
  if (!clip) return
  session.select([clip.id])
  playback.pause()
  playback.seekTime(clip.start_time)
}

/** The kept clips in reel order, without what lies between. Again: stops. */
export function playKept({ session, playback }: Studio): void {
  if (playback.store.get().reel) {
    playback.pause()
    return
  }
  const kept = session.document.clips.filter((clip) => clip.kept)
  playback.playRanges(kept.map(({ start_time, end_time }) => ({ startS: start_time, endS: end_time })))
}

function selectedClips(session: Studio['session']): ProjectClip[] {
  const { selected } = session.store.get()
  return session.document.clips.filter(({ id }) => selected.includes(id))
}
