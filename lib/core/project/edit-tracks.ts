import { Identity, MAX_IDENTITIES, MAX_PIECES, type ProjectDocument } from '#lib/contracts/project.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import type { EditRefusal, EditResult, TrackEdit } from './edits.ts'
import { cutPieces, trackPieces } from './track-pieces.ts'

type Identities = readonly Identity[]

export function editTracks(document: ProjectDocument, edit: TrackEdit): EditResult {
  switch (edit.type) {
    case 'use_tracks':
      return switchTracks(document, edit.asset_id)
    case 'name_track': {
      const { identities } = document.tracks
      return withIdentities(document, [{ ...identityOf(identities, edit.id), name: edit.name }])
    }
    case 'split_track':
      return splitTrack(document, edit)
    case 'merge_tracks':
      return mergeTracks(document, edit.ids)
    default:
      return assertNever(edit)
  }
}

function switchTracks(document: ProjectDocument, assetId: string | null): EditResult {
  if (assetId === document.tracks.asset_id) return { document }
  if (assetId !== null && (assetId === '' || assetId.length > 64)) return { refused: 'not_possible' }
  const regions = document.highlights.regions.filter(({ follows }) => follows.kind !== 'track')
  return {
    document: {
      ...document,
      tracks: { asset_id: assetId, identities: [] },
      highlights: { ...document.highlights, regions },
    },
  }
}

function splitTrack(document: ProjectDocument, edit: Extract<TrackEdit, { type: 'split_track' }>): EditResult {
  const { identities } = document.tracks
  const taken = identities.some(
    ({ id, pieces }) => id === edit.new_id || pieces.some(({ track_id }) => track_id === edit.new_id),
  )
  if (taken || edit.new_id === edit.id) return { refused: 'id_taken' }
  const whole = identityOf(identities, edit.id)
  const { before, after } = cutPieces(whole.pieces, edit.at_frame)
  if (before.length === 0 || after.length === 0) return { refused: 'not_possible' }
  return withIdentities(document, [
    { ...whole, pieces: before },
    { id: edit.new_id, name: '', pieces: after },
  ])
}

function mergeTracks(document: ProjectDocument, ids: readonly number[]): EditResult {
  const [into, ...others] = [...new Set(ids)].map((id) => identityOf(document.tracks.identities, id))
  if (!into || others.length === 0) return { refused: 'not_possible' }
  const pieces = [into, ...others].flatMap((identity) => identity.pieces)
  if (pieces.length > MAX_PIECES) return { refused: 'too_many' }
  const merged = withIdentities(document, [
    { ...into, pieces },
    // Listed without pieces: a track that is not listed would be itself again.
    ...others.map((identity) => ({ ...identity, pieces: [] })),
  ])
  if ('refused' in merged) return merged
  const gone = new Set(others.map(({ id }) => id))
  const { highlights } = merged.document
  const regions = highlights.regions.map((region) =>
    region.follows.kind === 'track' && gone.has(region.follows.track_id)
      ? { ...region, follows: { ...region.follows, track_id: into.id } }
      : region,
  )
  return { document: { ...merged.document, highlights: { ...highlights, regions } } }
}

function identityOf(identities: Identities, id: number): Identity {
  const known = identities.find((identity) => identity.id === id)
  return known ?? { id, name: '', pieces: [...trackPieces(identities, id)] }
}

function withIdentities(document: ProjectDocument, changed: readonly Identity[]): EditResult {
  const valid = Identity.array().safeParse(changed)
  if (!valid.success) return { refused: 'not_possible' }
  const byId = new Map([...document.tracks.identities, ...valid.data].map((identity) => [identity.id, identity]))
  if (byId.size > MAX_IDENTITIES) return { refused: 'too_many' satisfies EditRefusal }
  return { document: { ...document, tracks: { ...document.tracks, identities: [...byId.values()] } } }
}
