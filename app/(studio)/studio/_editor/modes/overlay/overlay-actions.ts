import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { ProjectHighlight } from '#lib/contracts/project.ts'
import type { ProjectEdit } from '#lib/core/project/edits.ts'
import { type EllipseForm, fitEllipse } from '#lib/core/project/ellipse-handles.ts'
import { freePlayerId, type Player, playersAt } from '#lib/core/project/players.ts'
import { playersOf } from './players-of.ts'

/** A drawn highlight lasts so long (seconds) until it is told otherwise. */
const DRAWN_S = 3

export function allPlayers({ session }: Studio): readonly Player[] {
  const { tracks } = session.store.get().overlay
  return tracks ? playersOf(tracks.packed, session.document.tracks.identities) : []
}

/** Those on the screen, from left to right. */
export function playersOnScreen(studio: Studio): Player[] {
  const { tracks } = studio.session.store.get().overlay
  if (!tracks) return []
  return playersAt(tracks.packed, allPlayers(studio), studio.playback.store.get().frame)
    .sort((a, b) => a.corners[0] - b.corners[0])
    .map(({ player }) => player)
}

/** The next player on the screen to the right or left, and from the last the first again. */
export function selectNextPlayer(studio: Studio, direction: 1 | -1): void {
  const { session, playback } = studio
  playback.pause()
  const players = playersOnScreen(studio)
  const now = players.findIndex(({ id }) => id === session.store.get().overlay.player)
  const next = now < 0 ? (direction > 0 ? 0 : players.length - 1) : now + direction
  const player = players.at(next % Math.max(1, players.length))
  if (player) session.setOverlay({ player: player.id })
}

/** The highlight that follows a player; the first one of several. */
export function highlightOf({ session }: Studio, playerId: number): ProjectHighlight | undefined {
  return session.document.highlights.regions.find(
    ({ follows }) => follows.kind === 'track' && follows.track_id === playerId,
  )
}

/** Sticks a highlight to a player for as long as they are seen; who has one already, has it selected. */
export function highlightPlayer(studio: Studio, player: Player): void {
  const { session } = studio
  const known = highlightOf(studio, player.id)
  if (known) {
    session.setOverlay({ player: player.id, highlight: known.id })
    return
  }
  const highlight: ProjectHighlight = {
    id: crypto.randomUUID(),
    name: '',
    start_frame: player.startFrame,
    end_frame: player.endFrame,
    opacity: 1,
    follows: { kind: 'track', track_id: player.id },
  }
  if (editPlayers(studio, { type: 'add_highlight', highlight }))
    session.setOverlay({ player: player.id, highlight: highlight.id })
}

export function highlightSelected(studio: Studio): void {
  const { player: id } = studio.session.store.get().overlay
  const player = allPlayers(studio).find((candidate) => candidate.id === id)
  if (player) highlightPlayer(studio, player)
}

/** What the selected player shows up to the frame before stays with them; from the frame on the screen on they are someone else. */
export function splitPlayer(studio: Studio): void {
  const { session, playback } = studio
  const { tracks, player } = session.store.get().overlay
  if (!tracks || player === null) return
  const new_id = freePlayerId(tracks.packed, session.document.tracks.identities)
  const { frame: at_frame } = playback.store.get()
  if (editPlayers(studio, { type: 'split_track', id: player, at_frame, new_id })) session.setOverlay({ player: new_id })
}

/** All become the first. */
export function mergePlayers(studio: Studio, ids: readonly number[]): void {
  if (editPlayers(studio, { type: 'merge_tracks', ids })) studio.session.setOverlay({ player: ids[0] ?? null })
}

export function renamePlayer(studio: Studio, id: number, name: string, gesture: string): void {
  editPlayers(studio, { type: 'name_track', id, name }, gesture)
}

/** Edits by ids of tracks say first which tracks file these ids are of; both are undone together. */
function editPlayers({ session }: Studio, edit: ProjectEdit, gesture: string = crypto.randomUUID()): boolean {
  const { tracks } = session.store.get().overlay
  if (tracks && session.document.tracks.asset_id === null)
    session.edit({ type: 'use_tracks', asset_id: tracks.jobId }, gesture)
  return session.edit(edit, gesture)
}

/** An ellipse by hand, from the frame on the screen on. */
export function addEllipse({ session, playback, source }: Studio, form?: EllipseForm): void {
  playback.pause()
  const { clock, frame } = playback.store.get()
  const endS = clock.timeOf(frame) + DRAWN_S
  const end = endS < clock.endS ? clock.frameAt(endS) : clock.frames
  const size = Math.min(source.width, source.height)
  const middle = { x: source.width / 2, y: source.height / 2, radius_x: size / 8, radius_y: size / 6 }
  const highlight: ProjectHighlight = {
    id: crypto.randomUUID(),
    name: '',
    start_frame: frame,
    end_frame: Math.max(frame + 1, end),
    opacity: 1,
    follows: { kind: 'keyframes', keyframes: [{ frame, ...fitEllipse(form ?? middle, source) }] },
  }
  const added = session.edit({ type: 'add_highlight', highlight })
  session.setOverlay({ tool: 'pick', ...(added && { highlight: highlight.id, player: null }) })
}

/** The ellipse at the frame on the screen: a keyframe there, set or changed. */
export function putEllipse({ session, playback, source }: Studio, id: string, form: EllipseForm, gesture?: string) {
  const { frame } = playback.store.get()
  session.edit({ type: 'put_ellipses', id, keyframes: [{ frame, ...fitEllipse(form, source) }] }, gesture)
}

export function removeHighlight({ session }: Studio, id: string): void {
  if (session.edit({ type: 'remove_highlights', ids: [id] }) && session.store.get().overlay.highlight === id)
    session.setOverlay({ highlight: null })
}

/** Selects a highlight and shows where it begins; where it is seen already, the picture stays. */
export function goToHighlight(
  { session, playback }: Studio,
  { id, start_frame, end_frame, follows }: ProjectHighlight,
) {
  session.setOverlay({ highlight: id, player: follows.kind === 'track' ? follows.track_id : null })
  const { frame } = playback.store.get()
  playback.pause()
  if (frame < start_frame || frame >= end_frame) playback.seekFrame(start_frame)
}

/** What a highlight is called: as named, else after whom it follows, else by its place in the list (from 0). */
export function highlightName(highlight: ProjectHighlight, index: number, players: readonly Player[]): string {
  if (highlight.name.trim() !== '') return highlight.name
  const { follows } = highlight
  const player = follows.kind === 'track' ? players.find(({ id }) => id === follows.track_id) : undefined
  return player?.name ?? `Highlight ${index + 1}`
}
