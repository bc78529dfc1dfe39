import { appearanceDistance, meanAppearance } from './appearance.ts'
import {
  BOX_STATE_SIZE,
  createTransition,
  type MotionNoise,
  predictState,
  setTransition,
  startState,
  stateMismatch,
  updateState,
} from './kalman.ts'
import { looseness, type Observation, type Tracklet } from './observation.ts'
import { TUNING } from './tuning.ts'

/**
 * Tracklets as chains of observations that know what the past and what the future say about them, so that the passes over a
 * finished video can weigh any re-linking of two chains exactly: a change of links costs the difference of `linkCost`.
 */
export interface Link {
  readonly seen: Observation
  /** Where its states are in the arrays of `Chains`. */
  readonly slot: number
  before: Link | undefined
  after: Link | undefined
}

export interface Chains {
  links: Link[]
  /** Filtered state after each observation, running forwards, and running backwards (velocities of reversed time). */
  readonly past: Float64Array
  readonly future: Float64Array
  readonly noise: MotionNoise
  /** Per frame, whether links near it changed since exchanges were last looked for. */
  readonly changed: Uint8Array
}

const SETTLED = 1e-3
const transition = createTransition()
const moved = new Float64Array(BOX_STATE_SIZE)

/** @param frames of the video */
export function createChains(tracklets: readonly Tracklet[], frames: number, noise: MotionNoise): Chains {
  const links: Link[] = []
  for (const tracklet of tracklets) {
    let before: Link | undefined
    for (const seen of tracklet) {
      const link: Link = { seen, slot: links.length * BOX_STATE_SIZE, before, after: undefined }
      if (before) before.after = link
      links.push(link)
      before = link
    }
  }
  const past = new Float64Array(links.length * BOX_STATE_SIZE)
  const future = new Float64Array(links.length * BOX_STATE_SIZE)
  const chains = { links, past, future, noise, changed: new Uint8Array(frames).fill(1) }
  for (const link of links) if (link.before === undefined) refilter(chains, link, true)
  for (const link of links) if (link.after === undefined) refilter(chains, link, false)
  return chains
}

/** Filters a chain anew from a link on (to its future, or to its past) until nothing changes any more. */
function refilter({ past, future, noise, changed }: Chains, start: Link | undefined, forwards: boolean): void {
  const states = forwards ? past : future
  for (let link = start; link !== undefined; link = forwards ? link.after : link.before) {
    const { seen, slot } = link
    const from = forwards ? link.before : link.after
    const [x, y, high] = [states[slot], states[slot + 5], states[slot + 15] ?? 0]
    const speed = states[slot + 1] ?? 0
    const loose = looseness(seen.score)
    if (from === undefined) startState(states, slot, seen.x, seen.y, seen.width, seen.height, noise, loose)
    else {
      setTransition(transition, Math.abs(seen.timeS - from.seen.timeS), noise)
      predictState(states, from.slot, states, slot, transition, noise)
      updateState(states, slot, seen.x, seen.y, seen.width, seen.height, noise, loose)
    }
    const tolerance = SETTLED * seen.height
    changed[seen.at] = 1
    const settled =
      Math.abs((states[slot] ?? 0) - (x ?? 0)) < tolerance &&
      Math.abs((states[slot + 5] ?? 0) - (y ?? 0)) < tolerance &&
      Math.abs((states[slot + 1] ?? 0) - speed) < tolerance &&
      Math.abs((states[slot + 15] ?? 0) - high) < tolerance
    if (settled && link !== start) return
  }
}

/** Makes `after` follow `before` (either may be none), and filters what that changes. The former neighbours become ends. */
export function relink(chains: Chains, before: Link | undefined, after: Link | undefined): void {
  const [oldAfter, oldBefore] = [before?.after, after?.before]
  if (oldAfter === after && oldBefore === before) return
  if (oldAfter) oldAfter.before = undefined
  if (oldBefore) oldBefore.after = undefined
  if (before) before.after = after
  if (after) after.before = before
  refilter(chains, after, true)
  refilter(chains, before, false)
  if (oldAfter && oldAfter !== after) refilter(chains, oldAfter, true)
  if (oldBefore && oldBefore !== before) refilter(chains, oldBefore, false)
}

/** Gives two chains each other's continuation after `a` and `b`. */
export function exchange(chains: Chains, a: Link, b: Link): void {
  const [afterA, afterB] = [a.after, b.after]
  a.after = afterB
  b.after = afterA
  if (afterB) afterB.before = a
  if (afterA) afterA.before = b
  refilter(chains, afterB, true)
  refilter(chains, afterA, true)
  refilter(chains, a, false)
  refilter(chains, b, false)
}

/**
 * Minus twice the log-likelihood that `after`, with all that follows it, goes on from `before`, with all that came first; lengths in
 * heights. Sizes count with a weight, for they say less than places.
 */
export function linkCost({ past, future, noise }: Chains, before: Link, after: Link, sizeWeight: number): number {
  setTransition(transition, after.seen.timeS - before.seen.timeS, noise)
  predictState(past, before.slot, moved, 0, transition, noise)
  const height = Math.max(1, ((moved[15] ?? 1) + (future[after.slot + 15] ?? 1)) / 2)
  return looksCost(before, after) + stateMismatch(moved, 0, future, after.slot, height, sizeWeight)
}

/** How much more two stretches look like two people than like one, on the scale of `linkCost`; 0 without embeddings. */
function looksCost(before: Link, after: Link): number {
  if (before.seen.embedding === undefined || after.seen.embedding === undefined) return 0
  const { stretch, weight, typical } = TUNING.appearance
  const [ended, started]: [Tracklet, Tracklet] = [[], []]
  for (let link: Link | undefined = before; link && ended.length < stretch; link = link.before) ended.push(link.seen)
  for (let link: Link | undefined = after; link && started.length < stretch; link = link.after) started.push(link.seen)
  const [a, b] = [meanAppearance(ended), meanAppearance(started)]
  return a && b ? weight * (appearanceDistance(a, b) - typical) : 0
}
