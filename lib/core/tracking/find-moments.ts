import type { Moment, Track } from '#lib/contracts/tasks/track.ts'
import { type Action, ballAction, motionAction } from './action-signal.ts'
import { BALL_CLASS } from './types.ts'

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
 * bursts of player motion. The score is the height of the peak, 0–1. All lengths are measured in time, so that a video of varying frame
 * rate (phones) gives the same moments as one of constant rate.
 * @param times presentation time of every frame of the video, tracked or not; seconds, rising
 */
export function findMoments(tracks: readonly Track[], times: ArrayLike<number>): Moment[] {
  const frames = times.length
  const ball = tracks.filter((track) => track.class === BALL_CLASS)
  const players = tracks.filter((track) => track.class !== BALL_CLASS)
  const ballFrames = ball.reduce((sum, track) => sum + track.frames.length, 0)
  const withBall = ballFrames > BALL_SHARE * frames
  const actions = withBall ? ballAction(ball, players, times) : motionAction(players, times)
  const levels = smoothLevels(actions, times)
  return findStretches(levels, times).map(([from, to]) => {
    const lengthS = timeAt(times, to) - timeAt(times, from)
    const peak = levels.subarray(from, to).reduce((most, level) => Math.max(most, level), 0)
    return {
      start_frame: firstAfter(times, timeAt(times, from) - LEAD_S),
      end_frame: firstAfter(times, timeAt(times, to) + LEAD_S),
      score: Number(Math.min(1, peak).toFixed(3)),
      reason: withBall ? ballReason(actions.slice(from, to), lengthS) : motionReason(actions.slice(from, to), lengthS),
    }
  })
}

/** When a frame begins; for the one after the last, when the video ends. */
function timeAt(times: ArrayLike<number>, frame: number): number {
  const last = times.length - 1
  if (frame <= last) return times[frame] ?? 0
  const lastS = times[last] ?? 0
  return lastS + (last > 0 ? (lastS - (times[0] ?? 0)) / last : 0)
}

/** The first frame not before a time; the number of frames when there is none. */
function firstAfter(times: ArrayLike<number>, timeS: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < timeS) low = middle + 1
    else high = middle
  }
  return low
}

/** Gaussian over time. */
function smoothLevels(actions: readonly Action[], times: ArrayLike<number>): Float64Array {
  const reachS = 2.5 * SMOOTH_S
  let start = 0
  return Float64Array.from(actions, (_, at) => {
    const nowS = times[at] ?? 0
    while ((times[start] ?? 0) < nowS - reachS) start++
    let [sum, total] = [0, 0]
    for (let near = start; near < times.length; near++) {
      const awayS = (times[near] ?? 0) - nowS
      if (awayS > reachS) break
      const weight = Math.exp(-0.5 * (awayS / SMOOTH_S) ** 2)
      sum += weight * (actions[near]?.level ?? 0)
      total += weight
    }
    return sum / total
  })
}

/** Half-open stretches above the levels; near ones joined, long ones cut at their calmest, short ones left out. */
function findStretches(levels: Float64Array, times: ArrayLike<number>): [number, number][] {
  const stretches: [number, number][] = []
  let start = -1
  for (let at = 0; at <= levels.length; at++) {
    const level = levels[at] ?? 0
    if (start < 0 && level >= BEGIN) {
      start = at
      while (start > 0 && (levels[start - 1] ?? 0) >= END) start--
    } else if (start >= 0 && level < END) {
      const last = stretches.at(-1)
      if (last && timeAt(times, start) - timeAt(times, last[1]) < APART_S) last[1] = at
      else stretches.push([start, at])
      start = -1
    }
  }
  return stretches
    .filter(([from, to]) => timeAt(times, to) - timeAt(times, from) >= SHORTEST_S)
    .flatMap(([from, to]) => cutLong(levels, times, from, to))
}

function cutLong(levels: Float64Array, times: ArrayLike<number>, from: number, to: number): [number, number][] {
  const pieces: [number, number][] = []
  let start = from
  while (timeAt(times, to) - timeAt(times, start) > LONGEST_S) {
    const startS = timeAt(times, start)
    const end = firstAfter(times, startS + LONGEST_S)
    // A video of a few frames, each many seconds long, still moves on.
    let cut = Math.max(start + 1, firstAfter(times, startS + LONGEST_S / 2))
    for (let at = cut; at < end; at++) if ((levels[at] ?? 0) < (levels[cut] ?? 0)) cut = at
    if (cut >= to) break
    pieces.push([start, cut])
    start = cut
  }
  pieces.push([start, to])
  return pieces
}

function ballReason(actions: readonly Action[], lengthS: number): string {
  const touches = new Map<number, number>()
  for (const { player } of actions) if (player > 0) touches.set(player, (touches.get(player) ?? 0) + 1)
  const [most] = [...touches].sort((a, b) => b[1] - a[1])
  const seconds = lengthS.toFixed(1)
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

function motionReason(actions: readonly Action[], lengthS: number): string {
  const players = Math.round(10 * Math.max(...actions.map(({ crowd }) => crowd)))
  const count = players >= 10 ? '10 or more players' : players === 1 ? '1 player' : `${players} players`
  return `Burst of motion for ${lengthS.toFixed(1)} s, ${count}`
}
