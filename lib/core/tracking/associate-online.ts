import { appearanceDistance, blendAppearance } from './appearance.ts'
import { type Assigner, createAssigner } from './assign.ts'
import {
  BOX_STATE_SIZE,
  createTransition,
  type MotionNoise,
  predictState,
  setTransition,
  startState,
  updateState,
} from './kalman.ts'
import { looseness, type Observation, overlapOf, type Tracklet } from './observation.ts'
import { TUNING } from './tuning.ts'

export interface OnlineOptions {
  /** Observations at least this sure are associated first. */
  readonly strongScore: number
  /** Score that starts a track. */
  readonly newTrackScore: number
  readonly noise: MotionNoise
}

interface LiveTrack {
  readonly state: Float64Array
  readonly tracklet: Tracklet
  /** Position of the last frame it was seen in, and its time. */
  lastAt: number
  lastS: number
  appearance: Float32Array | undefined
}

interface Matcher {
  readonly assigner: Assigner
  readonly noise: MotionNoise
  cost: Float64Array
  taken: Uint8Array
}

/**
 * ByteTrack (Zhang et al., 2022): strong observations are matched to all tracks, what is left of the tracks seen a frame ago then to
 * the weak observations, and what is left of the strong observations starts tracks. Observations with an embedding are matched as in
 * BoT-SORT, by the better of place and looks. Times may be uneven.
 * @param frames observations of one class by frame, in stabilised coordinates (which is BoT-SORT's compensation of camera motion)
 */
export function associateOnline(
  frames: readonly (readonly Observation[])[],
  times: readonly number[],
  options: OnlineOptions,
): Tracklet[] {
  const { noise, strongScore, newTrackScore } = options
  const matcher: Matcher = {
    assigner: createAssigner(),
    noise,
    cost: new Float64Array(256),
    taken: new Uint8Array(64),
  }
  const tracklets: Tracklet[] = []
  const transition = createTransition()
  let live: LiveTrack[] = []
  frames.forEach((seen, at) => {
    const nowS = times[at] ?? 0
    setTransition(transition, nowS - (times[at - 1] ?? nowS), noise)
    for (const { state } of live) predictState(state, 0, state, 0, transition, noise)
    const strong = seen.filter(({ score }) => score >= strongScore)
    const weak = strong.length === seen.length ? [] : seen.filter(({ score }) => score < strongScore)
    const fresh = match(matcher, live, strong, TUNING.online.gate, true)
    if (weak.length > 0) {
      const unseen = live.filter(({ lastAt }) => lastAt === at - 1)
      match(matcher, unseen, weak, TUNING.online.weakGate, false)
    }
    live = live.filter(({ lastS }) => nowS - lastS <= TUNING.online.bufferS)
    for (const one of fresh) {
      if (one.score < newTrackScore) continue
      const track = startTrack(one, noise)
      tracklets.push(track.tracklet)
      live.push(track)
    }
  })
  return tracklets
}

function startTrack(seen: Observation, noise: MotionNoise): LiveTrack {
  const state = new Float64Array(BOX_STATE_SIZE)
  startState(state, 0, seen.x, seen.y, seen.width, seen.height, noise, looseness(seen.score))
  return { state, tracklet: [seen], lastAt: seen.at, lastS: seen.timeS, appearance: blendAppearance(undefined, seen) }
}

/** Continues tracks with what was seen, at the least total cost; answers what is left of it. */
function match(
  matcher: Matcher,
  tracks: readonly LiveTrack[],
  seen: readonly Observation[],
  gate: number,
  fuseScore: boolean,
): Observation[] {
  const cells = tracks.length * seen.length
  if (cells === 0) return [...seen]
  if (matcher.cost.length < cells) matcher.cost = new Float64Array(2 * cells)
  if (matcher.taken.length < seen.length) matcher.taken = new Uint8Array(2 * seen.length)
  const { cost, taken } = matcher
  let cell = 0
  for (const track of tracks) for (const other of seen) cost[cell++] = pairCost(track, other, fuseScore)
  const columnOf = matcher.assigner.assign(cost, tracks.length, seen.length, gate)
  taken.fill(0, 0, seen.length)
  tracks.forEach((track, row) => {
    const column = columnOf[row] ?? -1
    const found = seen[column]
    if (found === undefined) return
    taken[column] = 1
    updateState(track.state, 0, found.x, found.y, found.width, found.height, matcher.noise, looseness(found.score))
    track.tracklet.push(found)
    track.lastAt = found.at
    track.lastS = found.timeS
    track.appearance = blendAppearance(track.appearance, found)
  })
  return seen.filter((_, column) => taken[column] === 0)
}

/** 0–1. Scores are fused in as in ByteTrack; appearance as in BoT-SORT, eq. 12: near in both, and then the smaller distance counts. */
function pairCost({ state, appearance }: LiveTrack, seen: Observation, fuseScore: boolean): number {
  const { x, y, width, height, score } = seen
  const iou = overlapOf(state[0] ?? 0, state[5] ?? 0, state[10] ?? 0, state[15] ?? 0, x, y, width, height)
  const place = 1 - (fuseScore ? iou * score : iou)
  if (appearance === undefined || seen.embedding === undefined) return place
  const looks = appearanceDistance(appearance, seen.embedding)
  const isNear = 1 - iou < TUNING.appearance.place && looks < TUNING.appearance.looks
  return isNear ? Math.min(place, looks) : place
}
