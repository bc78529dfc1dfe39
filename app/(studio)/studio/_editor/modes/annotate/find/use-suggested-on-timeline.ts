'use client'

import { useEffect } from 'react'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { SuggestedClip } from '#lib/core/project/suggested-clips.ts'

/** Shows suggestions on the timeline as long as the list of them is open. */
export function useSuggestedOnTimeline(suggested: readonly SuggestedClip[]): void {
  const { session } = useStudio()
  useEffect(() => {
    session.store.set({ suggested })
  }, [session, suggested])
  useEffect(() => () => session.store.set({ suggested: [] }), [session])
}
