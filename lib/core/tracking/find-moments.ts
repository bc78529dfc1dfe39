import type { Moment, Track } from '#lib/contracts/tasks/track.ts'
import { type Action, ballAction, motionAction } from './action-signal.ts'
import { BALL_CLASS } from './types.ts'

export interface MomentOptions {
  readonly fps: number
  readonly width: number
  readonly height: number
  /** Frames of the video, tracked or not. */
  readonly frames: number
}

/** Levels at which a moment begins and ends (hysteresis: a dip does not cut it in two). */
const BEGIN = 0.35
const END = 0.2
/** Seconds: of smoothing, added around a moment, least length, calm that parts two moments, greatest length. */
const SMOOTH_S = 0.4
const LEAD_S = 0.6
const SHORTEST_S = 0.5
const APART_S = 1
const LONGEST_S = 20
/** A ball seen in less of the video says nothing about the rest. */
const BALL_SHARE = 0.05

/**
 * Stretches of a video worth a clip, in order of time, `[start_frame, end_frame)`: a player near the ball, or, when no ball was found,
 * bursts of player motion. The score is the height of the peak, 0–1.
 */
export function findMoments(tracks: readonly Track[], options: MomentOptions): Moment[] {
  const { fps, frames } = options
  const ball = tracks.filter((track) => track.class === BALL_CLASS)
  const players = tracks.filter((track) => track.class !== BALL_CLASS)
  const ballFrames = ball.reduce((sum, track) => sum + track.frames.length, 0)
  const withBall = ballFrames > BALL_SHARE * frames
  const actions = withBall ? ballAction(ball, players, frames, fps) : motionAction(players, frames, fps)
  const levels = smoothLevels(actions, SMOOTH_S * fps)
  const lead = Math.round(LEAD_S * fps)
  return findStretches(levels, fps).map(([from, to]) => {
    const peak = levels.subarray(from, to).reduce((most, level) => Math.max(most, level), 0)
    return {
      start_frame: Math.max(0, from - lead),
      end_frame: Math.min(frames, to + lead),
      score: Number(Math.min(1, peak).toFixed(3)),
      reason: withBall ? ballReason(actions.slice(from, to), fps) : motionReason(actions.slice(from, to), fps),
    }
  })
}

/** Gaussian; `sigma` in frames. */
function smoothLevels(actions: readonly Action[], sigma: number): Float64Array {
  const radius = Math.ceil(2.5 * sigma)
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, index) =>
    Math.exp(-0.5 * ((index - radius) / sigma) ** 2),
  )
  return Float64Array.from(actions, (_, at) => {
    let [sum, total] = [0, 0]
    for (let offset = -radius; offset <= radius; offset++) {
      const action = actions[at + offset]
      if (action === undefined) continue
      const weight = weights[offset + radius] ?? 0
      sum += weight * action.level
      total += weight
    }
    return sum / total
  })
}

/** Half-open stretches above the levels; near ones joined, long ones cut at their calmest, short ones left out. */
function findStretches(levels: Float64Array, fps: number): [number, number][] {
  const stretches: [number, number][] = []
  let start = -1
  for (let at = 0; at <= levels.length; at++) {
    const level = levels[at] ?? 0
    if (start < 0 && level >= BEGIN) {
      start = at
      while (start > 0 && (levels[start - 1] ?? 0) >= END) start--
    } else if (start >= 0 && level < END) {
      const last = stretches.at(-1)
      if (last && start - last[1] < APART_S * fps) last[1] = at
      else stretches.push([start, at])
      start = -1
    }
  }
  const longest = Math.max(2, Math.round(LONGEST_S * fps))
  return stretches
    .filter(([from, to]) => to - from >= SHORTEST_S * fps)
    .flatMap(([from, to]) => cutLong(levels, from, to, longest))
}

function cutLong(levels: Float64Array, from: number, to: number, longest: number): [number, number][] {
  const pieces: [number, number][] = []
  let start = from
  while (to - start > longest) {
    let cut = start + (longest >> 1)
    for (let at = cut; at < start + longest; at++) if ((levels[at] ?? 0) < (levels[cut] ?? 0)) cut = at
    pieces.push([start, cut])
    start = cut
  }
  pieces.push([start, to])
  return pieces
}

function ballReason(actions: readonly Action[], fps: number): string {
  const touches = new Map<number, number>()
  for (const { player } of actions) if (player > 0) touches.set(player, (touches.get(player) ?? 0) + 1)
  const [most] = [...touches].sort((a, b) => b[1] - a[1])
  const seconds = (actions.length / fps).toFixed(1)
  const who =
    touches.size > 1
      ? `Players at the ball for ${seconds} s, most of it player ${most?.[0]}`
      : `Player ${most?.[0]} at the ball for ${seconds} s`
  const extras = [
    actions.some(({ speed, level }) => level > END && speed > 0.6) ? 'ball fast' : '',
    actions.some(({ crowd, level }) => level > END && crowd > 0.6) ? 'several players close' : '',
  ].filter(Boolean)
  return [who, ...extras].join(', ')
}

function motionReason(actions: readonly Action[], fps: number): string {
  const players = Math.round(10 * Math.max(...actions.map(({ crowd }) => crowd)))
  const count = players >= 10 ? '10 or more players' : players === 1 ? '1 player' : `${players} players`
  return `Burst of motion for ${(actions.length / fps).toFixed(1)} s, ${count}`
}
