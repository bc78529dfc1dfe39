import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { stopTimes } from '#app/(studio)/studio/_editor/timeline/snap-targets.ts'

/** To the nearest edge of a clip or keyframe in a direction. */
export function jump({ session, playback }: Studio, direction: 1 | -1): void {
  const { clock } = playback.store.get()
  const stops = stopTimes(session.document, clock)
  const now = playback.timeS
  const next = direction > 0 ? stops.find((time) => time > now + 1e-4) : stops.findLast((time) => time < now - 1e-4)
  playback.pause()
  if (next !== undefined) playback.seekTime(next)
}
