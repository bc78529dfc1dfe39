import { boxDistance } from './ball-trust.ts'
import { centreX, endOf, type GridTrack } from './resample-track.ts'
import { at, type Series } from './series.ts'
import { gridSteps } from './shots.ts'
import type { ShotView } from './watch-shot.ts'

/** Where the ball is at a grid point: seen, out of sight with a player, or unknown (neither). */
export interface BallState {
  readonly ball: GridTrack | undefined
  readonly holder: GridTrack | undefined
}

/** A player who had the ball when it went out of sight still has it: hardly better than not knowing … */
const HIDDEN_BONUS = 0.05
/** … but worth following. */
export const HIDDEN_TRUST = 0.6
/** Seconds of full trust it takes to believe that another candidate is the ball now. */
const SWITCH_COST = 0.3
/** The same per crop width that the ball would have to jump. */
const JUMP_COST = 0.5
/** Heights of a player within which the ball may be his. */
const IN_REACH = 1.3
/** What is seen for a shorter time is too doubtful to be believed once it is gone. */
const SHORTEST_HELD_S = 0.3
/** Without another sighting at his feet it is believed to be with him this long. */
const MAX_HIDDEN_S = 3
/** Where it comes from a player, he had it this long before. */
const HAD_BEFORE_S = 1.5
/** Players' heights per second that a pass across the picture travels on average: about 9 m/s. */
const PASS_SPEED = 5
/** A guess this much worse than the best one is dropped. */
const HOPELESS = 1.5

const POINTS_PER_CHECK = 5000

const UNKNOWN: BallState = { ball: undefined, holder: undefined }

interface Guess {
  readonly state: BallState
  readonly cost: number
  readonly before: Guess | undefined
}

/**
 * Which candidate is the match ball, when a player hides it, and when it is unknown: the most trusted sequence, where changing one's
 * mind costs (dynamic programming over the whole shot; Viterbi, 1967). A candidate trusted less than `leastTrust` is worse than none.
 */
export function chooseBall(view: ShotView, trusts: readonly Series[], leastTrust: number): BallState[] {
  const { grid, balls } = view
  const order = balls.map((ball, i) => ({ state: { ball, holder: undefined }, trust: trusts[i] ?? new Float64Array() }))
  order.sort((a, b) => a.state.ball.first - b.state.ball.first)
  let next = 0
  let seen: typeof order = []
  let guesses: Guess[] = [{ state: UNKNOWN, cost: 0, before: undefined }]
  const best = (to: BallState, point: number, reward: number): Guess => {
    let cheapest: Guess | undefined
    let least = Number.POSITIVE_INFINITY
    for (const guess of guesses) {
      const cost = guess.cost + (guess.state === to ? 0 : changeCost(guess.state, to, point, view.shape.width))
      if (cost < least) [least, cheapest] = [cost, guess]
    }
    return { state: to, cost: least - reward * grid.stepS, before: cheapest }
  }
  for (let point = 0; point < grid.count; point++) {
    if (point % POINTS_PER_CHECK === 0) view.checkpoint?.()
    for (; next < order.length && (order[next]?.state.ball.first ?? 0) <= point; next++)
      seen.push(...order.slice(next, next + 1))
    seen = seen.filter(({ state }) => point < endOf(state.ball))
    const holders = possibleHolders(guesses, view, point)
    const made = [
      best(UNKNOWN, point, leastTrust),
      ...seen.map(({ state, trust }) => best(state, point, at(trust, point - state.ball.first) || 0)),
      ...holders.map((state) => best(state, point, leastTrust + HIDDEN_BONUS)),
    ]
    const least = Math.min(...made.map(({ cost }) => cost))
    guesses = made.filter(({ cost }) => cost < least + HOPELESS)
  }
  return backdate(unhide(traceBack(guesses), view), view)
}

/** Players who may hide the ball now: those who did, and those next to where it was last seen. */
function possibleHolders(guesses: readonly Guess[], view: ShotView, point: number): BallState[] {
  const holders = new Map<GridTrack, BallState>()
  for (const { state } of guesses) {
    if (state.holder !== undefined && point < endOf(state.holder)) holders.set(state.holder, state)
  }
  for (const { state } of guesses) {
    const { ball, holder } = state
    // A ball out of sight from now on, or a holder whose track breaks off.
    if (ball !== undefined && !isLasting(ball, view)) continue
    const lost = ball ?? (holder !== undefined && point >= endOf(holder) ? holder : undefined)
    if (lost === undefined) continue
    for (const player of view.players) {
      if (player.first > point || point >= endOf(player) || holders.has(player)) continue
      if (reachDistance(lost, player, point) < IN_REACH) holders.set(player, { ball: undefined, holder: player })
    }
  }
  return [...holders.values()]
}

/** From where a track was last to a player now, in the player's heights. */
function reachDistance(lost: GridTrack, player: GridTrack, point: number): number {
  const last = Math.min(point - 1, endOf(lost) - 1)
  return boxDistance(lost, player, last, Math.max(player.first, point - 1))
}

function changeCost(from: BallState, to: BallState, point: number, width: number): number {
  const [start, end] = [from.ball ?? from.holder, to.ball ?? to.holder]
  if (end === undefined) return SWITCH_COST / 2
  if (to.holder !== undefined) {
    return start !== undefined && reachDistance(start, to.holder, point) < IN_REACH
      ? SWITCH_COST / 15
      : Number.POSITIVE_INFINITY
  }
  if (start === undefined) return SWITCH_COST / 2
  const jump = Math.abs(centreX(end, point) - centreX(start, Math.min(point - 1, endOf(start) - 1)))
  const farther = JUMP_COST * (Number.isNaN(jump) ? 1 : jump / width)
  return (from.holder === undefined ? SWITCH_COST : SWITCH_COST / 15) + farther
}

function traceBack(guesses: readonly Guess[]): BallState[] {
  const states: BallState[] = []
  const [first, ...others] = guesses
  let guess = first === undefined ? undefined : others.reduce((a, b) => (b.cost < a.cost ? b : a), first)
  for (; guess?.before !== undefined; guess = guess.before) states.push(guess.state)
  return states.reverse()
}

/**
 * Ends the belief that a player still has the ball where no later sighting confirms it, or where the ball must already have been on
 * its way to where it was seen next.
 */
function unhide(states: readonly BallState[], { grid, playerHeight }: ShotView): BallState[] {
  const kept = [...states]
  for (let start = 0, end = 0; start < states.length; start = Math.max(end, start + 1)) {
    if (states[start]?.holder === undefined) continue
    for (end = start; states[end]?.holder !== undefined; ) end++
    let next = end
    while (next < end + gridSteps(grid, 1) && states[next]?.ball === undefined) next++
    const ball = states[next]?.ball
    if (ball === undefined) kept.fill(UNKNOWN, Math.min(end, start + gridSteps(grid, MAX_HIDDEN_S)), end)
    else {
      const reach = playerHeight * PASS_SPEED * grid.stepS
      while (end > start && away(states[end - 1]?.holder, ball, end - 1, next) > reach * (next - end + 1)) {
        end--
        kept[end] = UNKNOWN
      }
      kept.fill(UNKNOWN, end, next)
      end = next
    }
  }
  return kept
}

/** A ball that comes from nowhere next to a player was with him before, unless something else is known. */
function backdate(states: readonly BallState[], view: ShotView): BallState[] {
  const kept = [...states]
  for (let point = 1; point < states.length; point++) {
    const ball = states[point]?.ball
    if (ball === undefined || states[point - 1] !== UNKNOWN || !isLasting(ball, view)) continue
    const holder = nearestPlayer(ball, point, view)
    if (holder === undefined) continue
    const earliest = Math.max(holder.first, point - gridSteps(view.grid, HAD_BEFORE_S))
    for (let before = point - 1; before >= earliest && states[before] === UNKNOWN; before--) {
      kept[before] = { ball: undefined, holder }
    }
  }
  return kept
}

function nearestPlayer(ball: GridTrack, point: number, { players }: ShotView): GridTrack | undefined {
  let best: GridTrack | undefined
  let least = IN_REACH
  for (const player of players) {
    if (player.first > point || point >= endOf(player)) continue
    const distance = boxDistance(ball, player, point)
    if (distance < least) [least, best] = [distance, player]
  }
  return best
}

function isLasting(ball: GridTrack, { grid }: ShotView): boolean {
  return ball.x1.length >= gridSteps(grid, SHORTEST_HELD_S)
}

/** From a holder at a point to the ball at a later one, px. */
function away(holder: GridTrack | undefined, ball: GridTrack, point: number, later: number): number {
  return holder === undefined ? 0 : Math.abs(centreX(holder, point) - centreX(ball, later))
}
