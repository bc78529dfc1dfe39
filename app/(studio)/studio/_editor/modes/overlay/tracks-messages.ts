import type { PackedTracks } from '#lib/core/project/packed-tracks.ts'

/** Loads the tracks a job made of a video: from this browser's own store, else from their address. */
export interface LoadTracks {
  readonly assetId: string
  readonly jobId: string
  /** Presigned. */
  readonly url: string
}

export type TracksNews = { readonly packed: PackedTracks } | { readonly failed: 'network' | 'unreadable' }
