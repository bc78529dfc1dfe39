import type { Identity } from '#lib/contracts/project.ts'
import type { PackedTracks } from '#lib/core/project/packed-tracks.ts'
import { listPlayers, type Player } from '#lib/core/project/players.ts'

const known = new WeakMap<PackedTracks, { readonly identities: readonly Identity[]; readonly players: Player[] }>()

/** `listPlayers`, made anew only when something changed. */
export function playersOf(packed: PackedTracks, identities: readonly Identity[]): readonly Player[] {
  const last = known.get(packed)
  if (last?.identities === identities) return last.players
  const players = listPlayers(packed, identities)
  known.set(packed, { identities, players })
  return players
}
