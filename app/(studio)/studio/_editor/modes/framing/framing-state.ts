import { createStore, type Store } from '#app/(studio)/studio/_editor/session/store.ts'
import type { StudioSession } from '#app/(studio)/studio/_editor/session/studio-session.ts'
import type { Rectangle } from '#lib/contracts/geometry.ts'
import type { CropGuides } from '#lib/core/project/snap-crop.ts'

/** What framing remembers beside the project: it is not saved, and not undone. */
export interface FramingState {
  readonly copied: Rectangle | null
  readonly guides: CropGuides
  /** On small screens the result takes the place of the source. */
  readonly showsResult: boolean
  /** The auto-crop job whose path is taken as soon as it is there. */
  readonly awaited: string | null
  /** The path that was taken last. */
  readonly taken: { readonly jobId: string; readonly keyframes: number; readonly doubtful: number } | null
}

export const NO_GUIDES: CropGuides = { x: null, y: null }

const states = new WeakMap<StudioSession, Store<FramingState>>()

export function framingOf(session: StudioSession): Store<FramingState> {
  const known = states.get(session)
  if (known) return known
  const made = createStore<FramingState>({
    copied: null,
    guides: NO_GUIDES,
    showsResult: false,
    awaited: null,
    taken: null,
  })
  states.set(session, made)
  return made
}
