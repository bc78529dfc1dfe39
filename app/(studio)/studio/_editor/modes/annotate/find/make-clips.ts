import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { clipsOf, type SuggestedClip } from '#lib/core/project/suggested-clips.ts'

/** Makes clips of suggestions in one step, behind those that are there; the new ones are selected. False when the project has no room. */
export function makeClips({ session }: Pick<Studio, 'session'>, suggested: readonly SuggestedClip[]): boolean {
  const clips = clipsOf(suggested, session.document.clips)
  if (!clips || !session.edit({ type: 'add_clips', clips })) return false
  session.select(clips.map(({ id }) => id))
  return true
}
