import { ballTrust } from './ball-trust.ts'
import { chooseBall, HIDDEN_TRUST } from './choose-ball.ts'
import { findAction } from './find-action.ts'
import { heightAt } from './resample-track.ts'
import { at, type Series, UNKNOWN_SERIES } from './series.ts'
import { gridSteps } from './shots.ts'
import type { ShotView } from './watch-shot.ts'

/** The match ball at every grid point; NaN where it is not known. Pixels. */
export interface BallPath {
  readonly x1: Series
  readonly y1: Series
  readonly x2: Series
  readonly y2: Series
  /** 0 unknown … 1 surely the match ball. */
  readonly trust: Series
}

/** Below this, no ball is the better guess. */
const LEAST_TRUST = 0.3
/** What a doubtful ball is worth to who asked for the ball. */
const EAGER_TRUST = 0.4
/** The ball a player hides is in this lower part of his height. */
const FEET = 0.25
/** The ball is believed to run straight between two sightings this far apart … */
const MAX_BRIDGE_S = 1.5
/** … unless that takes more than this many crop widths a second. */
const MAX_BRIDGE_SPEED = 4
/**
 * The match ball among all candidates, or with the player who had it while it is out of sight. Short gaps between two sightings are
 * bridged. An `eager` search takes a doubtful ball rather than none.
 */
export function findBall(view: ShotView, eager = false): BallPath {
  const action = findAction(view, undefined)
  const row = (): Series => new Float64Array(view.grid.count).fill(Number.NaN)
  const path = { x1: row(), y1: row(), x2: row(), y2: row(), trust: new Float64Array(view.grid.count) }
  const trusts = view.balls.map((ball) => {
    const trust = ballTrust(ball, view, action)
    return eager ? trust.map((value) => EAGER_TRUST + (1 - EAGER_TRUST) * value) : trust
  })
  const states = chooseBall(view, trusts, LEAST_TRUST)
  for (const [point, { ball, holder }] of states.entries()) {
    const track = ball ?? holder
    const i = point - (track?.first ?? 0)
    if (track === undefined || Number.isNaN(at(track.x1, i))) continue
    const feet = ball === undefined ? at(track.y2, i) - heightAt(track, point) * FEET : at(track.y1, i)
    path.x1[point] = at(track.x1, i)
    path.y1[point] = feet
    path.x2[point] = at(track.x2, i)
    path.y2[point] = at(track.y2, i)
    path.trust[point] = ball === undefined ? HIDDEN_TRUST : at(trusts[view.balls.indexOf(ball)] ?? UNKNOWN_SERIES, i)
  }
  bridge(path, view)
  return path
}

function bridge(path: BallPath, { grid, shape }: ShotView): void {
  let last = Number.NaN
  for (let point = 0; point < grid.count; point++) {
    if (Number.isNaN(at(path.x1, point))) continue
    const gap = point - last
    const gapS = gap * grid.stepS
    const speed = Math.abs(at(path.x1, point) - at(path.x1, last)) / gapS / shape.width
    if (gap > 1 && gap <= gridSteps(grid, MAX_BRIDGE_S) && speed <= MAX_BRIDGE_SPEED) fill(path, last, point)
    last = point
  }
}

function fill(path: BallPath, from: number, to: number): void {
  for (let point = from + 1; point < to; point++) {
    const part = (point - from) / (to - from)
    for (const row of [path.x1, path.y1, path.x2, path.y2, path.trust]) {
      row[point] = at(row, from) + (at(row, to) - at(row, from)) * part
    }
    // Nobody saw it there: the nearer the middle of a long gap, the less sure.
    path.trust[point] = at(path.trust, point) * (1 - Math.min(0.5, 2 * (to - from) * 0.01) * Math.sin(Math.PI * part))
  }
}
