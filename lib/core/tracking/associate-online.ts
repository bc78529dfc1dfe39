import { createAssigner } from './assign.ts'
import type { MotionNoise } from './kalman.ts'
import { BOX_STATE_SIZE, createTransition, predictState, setTransition, startState, updateState } from './kalman.ts'
import { looseness, type Observation, overlapOf, type Tracklet } from './observation.ts'
import { TUNING } from './tuning.ts'

export interface OnlineOptions {
  /** Observations at least this sure are associated first. */
  readonly strongScore: number
  readonly noise: MotionNoise
  /** Score that starts a track. */
  readonly newTrackScore: number
}

interface LiveTrack {
  readonly state: Float64Array
  readonly tracklet: Tracklet
  /** Seen in the frame before. */
  tracked: boolean
  lastS: number
}

/**
 * ByteTrack (Zhang et al., 2022): strong observations are matched to all tracks, what is left of the tracks then to the weak
 * observations, and what is left of the strong observations starts tracks. Times may be uneven.
 * @param frames observations of one class by frame, in order of time
 */
export function associateOnline(
  frames: readonly (readonly Observation[])[],
  times: readonly number[],
  options: OnlineOptions,
): Tracklet[] {
  const tracklets: Tracklet[] = []
  const { assign } = createAssigner()
  const transition = createTransition()
  let live: LiveTrack[] = []
  let cost = new Float64Array(1024)
  let beforeS = times[0] ?? 0

  function match(
    tracks: readonly LiveTrack[],
    seen: readonly Observation[],
    gate: number,
    fuse: boolean,
  ): [LiveTrack[], Observation[]] {
    const columns = seen.length
    if (cost.length < tracks.length * columns) cost = new Float64Array(2 * tracks.length * columns)
    let cell = 0
    for (const { state } of tracks) {
      for (const other of seen) cost[cell++] = pairCost(state, other, fuse)
    }
    const columnOf = assign(cost, tracks.length, columns, gate)
    const taken = new Uint8Array(columns)
    const left: LiveTrack[] = []
    for (let row = 0; row < tracks.length; row++) {
      const track = tracks[row]
      const column = columnOf[row] ?? -1
      const found = seen[column]
      if (track === undefined) continue
      if (found === undefined) {
        left.push(track)
        continue
      }
      taken[column] = 1
      updateState(track.state, 0, found.x, found.y, found.width, found.height, options.noise, looseness(found.score))
      track.tracklet.push(found)
      track.lastS = found.timeS
    }
    return [left, seen.filter((_, column) => taken[column] === 0)]
  }

  for (let at = 0; at < frames.length; at++) {
    const seen = frames[at] ?? []
    const nowS = times[at] ?? 0
    setTransition(transition, nowS - beforeS, options.noise)
    for (const { state } of live) predictState(state, 0, state, 0, transition, options.noise)
    beforeS = nowS
    const strong = seen.filter(({ score }) => score >= options.strongScore)
    const weak = seen.filter(({ score }) => score < options.strongScore)
    const [unseen, fresh] = match(live, strong, TUNING.online.gate, true)
    const [,] = match(
      unseen.filter(({ tracked }) => tracked),
      weak,
      TUNING.online.weakGate,
      false,
    )
    for (const track of live) track.tracked = track.lastS === nowS
    live = live.filter(({ lastS }) => nowS - lastS <= TUNING.online.bufferS)
    for (const one of fresh) {
      if (one.score < options.newTrackScore) continue
      const state = new Float64Array(BOX_STATE_SIZE)
      startState(state, 0, one.x, one.y, one.width, one.height, options.noise, looseness(one.score))
      const tracklet = [one]
      tracklets.push(tracklet)
      live.push({ state, tracklet, tracked: true, lastS: nowS })
    }
  }
  return tracklets
}

function pairCost(state: Float64Array, seen: Observation, fuse: boolean): number {
  const iou = overlapOf(
    state[0] ?? 0,
    state[5] ?? 0,
    state[10] ?? 0,
    state[15] ?? 0,
    seen.x,
    seen.y,
    seen.width,
    seen.height,
  )
  return 1 - (fuse ? iou * seen.score : iou)
}
