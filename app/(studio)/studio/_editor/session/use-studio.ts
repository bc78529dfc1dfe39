'use client'

import { createContext, useContext } from 'react'
import type { MediaClient } from '#app/(studio)/studio/_editor/media/media-client.ts'
import type { Playback, PlaybackState } from '#app/(studio)/studio/_editor/player/playback.ts'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import type { ProjectSource } from '#lib/core/project/project-crop-path.ts'
import { type Store, useStore } from './store.ts'
import type { SessionState, StudioSession } from './studio-session.ts'

export type Sheet = 'shortcuts' | 'versions'

export interface UiState {
  readonly sheet: Sheet | null
}

/** What the timeline lets others do with it. */
export interface TimelineControls {
  zoom(factor: number): void
  fit(): void
}

/** What every part of the studio works with. One for each open project. */
export interface Studio {
  readonly session: StudioSession
  readonly playback: Playback
  readonly media: MediaClient
  readonly ui: Store<UiState>
  readonly timeline: { controls: TimelineControls | null }
  /** The video as the server knows it; not `ready` while it still uploads. */
  readonly asset: AssetView
  readonly source: ProjectSource
}

export const StudioContext = createContext<Studio | null>(null)

export function useStudio(): Studio {
  const studio = useContext(StudioContext)
  if (!studio) throw new Error('this part belongs into the studio')
  return studio
}

/** `select` must return something that is there, not something made. */
export function useSession<Selected>(select: (state: SessionState) => Selected): Selected {
  return useStore(useStudio().session.store, select)
}

export function useDocument<Selected>(select: (document: ProjectDocument) => Selected): Selected {
  return useSession((state) => select(state.history.document))
}

export function usePlayback<Selected>(select: (state: PlaybackState) => Selected): Selected {
  return useStore(useStudio().playback.store, select)
}
