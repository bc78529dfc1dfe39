import type { PackedTracks } from '#lib/core/project/packed-tracks.ts'

/** What Overlay works with, beside the document: not saved. */
export interface OverlayState {
  /** The tracks that are drawn, and the job that made them; null until they are loaded. */
  readonly tracks: { readonly jobId: string; readonly packed: PackedTracks } | null
  /** The player that is selected. */
  readonly player: number | null
  /** The highlight that is selected. */
  readonly highlight: string | null
  /** `draw`: the next drag over the picture makes an ellipse. */
  readonly tool: 'pick' | 'draw'
  /** Effects are shown on the picture. */
  readonly preview: boolean
}

export const NO_OVERLAY: OverlayState = { tracks: null, player: null, highlight: null, tool: 'pick', preview: true }
