import type { Identity, TrackPiece } from '#lib/contracts/project.ts'

/** Beyond the last frame any video may have (FrameIndex). */
export const LAST_FRAME = 100_000_000

/** The pieces of tracks an id stands for: an identity's, or the whole of the track nobody edited. */
export function trackPieces(identities: readonly Identity[], id: number): readonly TrackPiece[] {
  const identity = identities.find((candidate) => candidate.id === id)
  return identity ? identity.pieces : [{ track_id: id, start_frame: 0, end_frame: LAST_FRAME }]
}

/** The pieces on either side of a frame. */
export function cutPieces(
  pieces: readonly TrackPiece[],
  frame: number,
): { readonly before: TrackPiece[]; readonly after: TrackPiece[] } {
  return { before: clipPieces(pieces, 0, frame), after: clipPieces(pieces, frame, LAST_FRAME) }
}

/** What of the pieces lies in `[start, end)`. */
export function clipPieces(pieces: readonly TrackPiece[], start: number, end: number): TrackPiece[] {
  return pieces.flatMap((piece) => {
    const start_frame = Math.max(start, piece.start_frame)
    const end_frame = Math.min(end, piece.end_frame)
    return start_frame < end_frame ? [{ track_id: piece.track_id, start_frame, end_frame }] : []
  })
}
