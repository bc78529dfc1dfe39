import type { Tracklet } from './observation.ts'
import { TUNING } from './tuning.ts'

/**
 * Leaves out what a detector dreamt up: tracklets that were short and never convincing. What was seen for long is real, however weak;
 * what is short must have scores that add up.
 */
export function dropGhosts(tracklets: readonly Tracklet[], newTrackScore: number, frameS: number): Tracklet[] {
  return tracklets.filter((tracklet) => {
    let evidence = 0
    let seenS = 0
    let surest = 0
    for (const { score } of tracklet) {
      if (score === 0) continue
      evidence += score - newTrackScore * TUNING.ghosts.doubtful
      seenS += frameS
      surest = Math.max(surest, score)
    }
    return surest >= newTrackScore && (seenS >= TUNING.ghosts.longS || evidence >= TUNING.ghosts.evidence)
  })
}
