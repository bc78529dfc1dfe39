import type { Chains, Link } from './chain.ts'
import { explainAbsence, type Scene, unexplainedS } from './explain-absence.ts'
import { BOX_STATE_SIZE, createTransition, fusePair, predictState, setTransition } from './kalman.ts'
import type { Observation, Tracklet } from './observation.ts'
import { TUNING } from './tuning.ts'

const fromPast = new Float64Array(BOX_STATE_SIZE)
const fromFuture = new Float64Array(BOX_STATE_SIZE)
const transition = createTransition()
const fused = new Float64Array(2)

/**
 * Every chain as a tracklet of smoothed boxes (what past and future together say), the frames between its observations filled in
 * (score 0) while the place is known well enough to be worth a box.
 */
export function smoothChains(chains: Chains, scene: Scene): Tracklet[] {
  const tracklets: Tracklet[] = []
  for (const first of chains.links) {
    if (first.before !== undefined) continue
    const tracklet: Tracklet = []
    for (let link: Link | undefined = first; link !== undefined; link = link.after) {
      tracklet.push(smoothed(chains, link))
      if (link.after) fillGap(chains, link, link.after, scene, tracklet)
    }
    tracklets.push(tracklet)
  }
  return tracklets
}

function smoothed(chains: Chains, link: Link): Observation {
  const { past, future, noise } = chains
  const { after, slot, seen } = link
  if (after === undefined) {
    return {
      ...seen,
      x: past[slot] ?? 0,
      y: past[slot + 5] ?? 0,
      width: past[slot + 10] ?? 1,
      height: past[slot + 15] ?? 1,
    }
  }
  setTransition(transition, after.seen.timeS - seen.timeS, noise)
  predictState(future, after.slot, fromFuture, 0, transition, noise)
  return { ...seen, ...fusedBox(past, slot) }
}

/** Of a state of the past and `fromFuture`. */
function fusedBox(
  past: Float64Array,
  slot: number,
): { x: number; y: number; width: number; height: number; spread: number } {
  const coordinate = (offset: number): number => {
    fusePair(past, slot + offset, fromFuture, offset, fused)
    return fused[0] ?? 0
  }
  const y = coordinate(5)
  const width = Math.max(1, coordinate(10))
  const height = Math.max(1, coordinate(15))
  const x = coordinate(0)
  return { x, y, width, height, spread: Math.sqrt(fused[1] ?? 0) / width }
}

function fillGap(chains: Chains, before: Link, after: Link, scene: Scene, tracklet: Tracklet): void {
  const { past, future, noise } = chains
  const gapS = after.seen.timeS - before.seen.timeS
  if (gapS > TUNING.fill.gapS) return
  const filled: Tracklet = []
  const mayBeVisible = unexplainedS(scene, before, after) < TUNING.fill.unexplainedS
  for (let at = before.seen.at + 1; at < after.seen.at; at++) {
    const timeS = scene.times[at] ?? 0
    setTransition(transition, timeS - before.seen.timeS, noise)
    predictState(past, before.slot, fromPast, 0, transition, noise)
    setTransition(transition, after.seen.timeS - timeS, noise)
    predictState(future, after.slot, fromFuture, 0, transition, noise)
    const { spread, ...box } = fusedBox(fromPast, 0)
    const why = explainAbsence(scene, at, box.x, box.y, box.width, box.height)
    if (why === 'outside' || (why === 'unexplained' && !mayBeVisible)) continue
    if (spread < (why === 'hidden' ? TUNING.fill.hiddenSpread : TUNING.fill.spread))
      filled.push({ at, timeS, ...box, score: 0 })
  }
  tracklet.push(...filled)
}
