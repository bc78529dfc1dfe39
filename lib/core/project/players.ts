import type { Identity } from '#lib/contracts/project.ts'
import { type Corners, cornersAt, type PackedTrack, type PackedTracks } from './packed-tracks.ts'
import { LAST_FRAME } from './track-pieces.ts'

/** Someone or something that was followed, after splitting, merging and naming. */
export interface Player {
  readonly id: number
  /** As given, else by class and number. */
  readonly name: string
  readonly named: boolean
  readonly class: string
  readonly pieces: readonly PlayerPiece[]
  /** Frames, half-open, from the first piece to the last. */
  readonly startFrame: number
  readonly endFrame: number
}

export interface PlayerPiece {
  readonly track: PackedTrack
  readonly startFrame: number
  readonly endFrame: number
}

export interface PlayerBox {
  readonly player: Player
  readonly corners: Corners
}

/** Everyone in the video, in the order they appear. Those without a frame (merged into another, never seen) are left out. */
export function listPlayers(packed: PackedTracks, identities: readonly Identity[]): Player[] {
  const byId = new Map(packed.tracks.map((track) => [track.id, track]))
  const edited = new Map(identities.map((identity) => [identity.id, identity]))
  const untouched = packed.tracks.filter(({ id }) => !edited.has(id)).map(({ id }) => wholeTrack(id))
  return [...untouched, ...identities]
    .flatMap((identity) => playerOf(identity, byId) ?? [])
    .sort((a, b) => a.startFrame - b.startFrame || a.id - b.id)
}

function wholeTrack(id: number): Identity {
  return { id, name: '', pieces: [{ track_id: id, start_frame: 0, end_frame: LAST_FRAME }] }
}

function playerOf(identity: Identity, byId: ReadonlyMap<number, PackedTrack>): Player | null {
  const pieces = identity.pieces.flatMap(({ track_id, start_frame, end_frame }) => {
    const track = byId.get(track_id)
    if (!track) return []
    const [startFrame, endFrame] = [Math.max(start_frame, track.startFrame), Math.min(end_frame, track.endFrame)]
    return startFrame < endFrame ? [{ track, startFrame, endFrame }] : []
  })
  const [first] = pieces
  if (!first) return null
  const named = identity.name.trim() !== ''
  return {
    id: identity.id,
    name: named ? identity.name : `${nameOfClass(first.track.class)} ${identity.id}`,
    named,
    class: first.track.class,
    pieces,
    startFrame: Math.min(...pieces.map((piece) => piece.startFrame)),
    endFrame: Math.max(...pieces.map((piece) => piece.endFrame)),
  }
}

function nameOfClass(name: string): string {
  if (name === 'person') return 'Player'
  return name === 'sports ball' ? 'Ball' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

/** Who is to be seen at a frame, and where. */
export function playersAt(packed: PackedTracks, players: readonly Player[], frame: number): PlayerBox[] {
  return players.flatMap((player) => {
    if (frame < player.startFrame || frame >= player.endFrame) return []
    for (const { track, startFrame, endFrame } of player.pieces) {
      const corners = frame >= startFrame && frame < endFrame ? cornersAt(packed, track, frame) : null
      if (corners) return [{ player, corners }]
    }
    return []
  })
}

/** Who is under a point (source pixels): the smallest box around it, else the nearest within reach. */
export function hitPlayer(boxes: readonly PlayerBox[], x: number, y: number, reach: number): PlayerBox | null {
  let best: { readonly box: PlayerBox; readonly distance: number; readonly area: number } | null = null
  for (const box of boxes) {
    const [left, top, right, bottom] = box.corners
    const distance = Math.hypot(Math.max(left - x, x - right, 0), Math.max(top - y, y - bottom, 0))
    if (distance > reach) continue
    const area = (right - left) * (bottom - top)
    if (!best || distance < best.distance || (distance === best.distance && area < best.area))
      best = { box, distance, area }
  }
  return best?.box ?? null
}

/** An id for what is split off: of no track and of no identity. */
export function freePlayerId(packed: PackedTracks, identities: readonly Identity[]): number {
  return 1 + Math.max(0, ...packed.tracks.map(({ id }) => id), ...identities.map(({ id }) => id))
}
