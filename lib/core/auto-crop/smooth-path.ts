import { at, type Series } from './series.ts'
import { BAND, type BandedMatrix, bandedMatrix, solveBanded } from './solve-banded.ts'

/** Where the camera's centre has to be at each step for something to be in frame: NaN where it does not matter. */
export interface Corridor {
  readonly low: Series
  readonly high: Series
  /** Cost per second and unit of distance outside. */
  readonly weight: number
}

/** One coordinate of a camera over a uniform time grid. Distances in crop widths, times in seconds. */
export interface PathProblem {
  readonly stepS: number
  /** Where to look; NaN where unknown. */
  readonly target: Series
  /** How much each target counts, 0–1. */
  readonly weight: Series
  /** The target may be this far off before it pulls. */
  readonly deadZone: number
  readonly corridors: readonly Corridor[]
  /** What the frame's edges allow. */
  readonly low: Series
  readonly high: Series
  /** Units per second. */
  readonly maxSpeed: Series
  /** Movements faster than this are smoothed away, unless a corridor demands them. */
  readonly timeConstantS: number
  /** Cost of changing speed by one unit per second: few, long, even pans instead of a camera that is always speeding up or slowing down. */
  readonly turnCost: number
  /** Called every round; throws to give up. */
  readonly checkpoint?: (() => void) | undefined
}

/** Cost per second of moving at one unit per second: what makes the camera stand still rather than crawl. */
const SPEED_COST = 0.012
/** Below this speed moving counts as standing. */
const STILL_SPEED = 0.02
/** Accelerations below this are not told apart from even movement. */
const EVEN_ACCELERATION = 0.05
const SPEED_LIMIT_COST = 400
const EDGE_COST = 2000
/** Corridors' linear cost is rounded off this near to their borders. */
const CORRIDOR_SOFTNESS = 0.01
const TIE_BREAK = 1e-7
const MAX_ROUNDS = 60
/** A tenth of a pixel of full HD. */
const CLOSE_ENOUGH = 2e-4

/**
 * The calmest path near the targets: minimises
 *
 *     ∫ weight · max(0, |x − target| − deadZone)² + τ⁶ x‴² + a|x″| + b|x′| + corridor and limit penalties
 *
 * over the whole shot at once, so the camera neither lags nor overshoots: with symmetric data it is symmetric in time. Squared jerk
 * gives the bell-shaped speed of a practised hand (Flash & Hogan, 1985), the absolute speed holds still when nothing is gained by
 * moving, the absolute acceleration pans evenly (the idea of L1-optimal camera paths, Grundmann et al., 2011). Reweighted least squares with an exact banded solver and a
 * line search: time and memory are linear in the length.
 */
export function smoothPath(problem: PathProblem): Series {
  const size = problem.target.length
  let path = firstGuess(problem)
  let cost = costOf(problem, path)
  const matrix = bandedMatrix(size)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    problem.checkpoint?.()
    const step = new Float64Array(size)
    assemble(problem, path, matrix, step)
    solveBanded(matrix, step)
    const moved = descend(problem, path, step, cost)
    path = moved.path
    cost = moved.cost
    if (moved.furthest < CLOSE_ENOUGH) break
  }
  return path
}

/** Halves the step until it lowers the cost. */
function descend(
  problem: PathProblem,
  path: Series,
  step: Series,
  cost: number,
): { path: Series; cost: number; furthest: number } {
  const furthest = step.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  for (let part = 1; part > 1e-3; part /= 2) {
    const next = path.map((value, i) => value + part * at(step, i))
    const nextCost = costOf(problem, next)
    if (nextCost < cost) return { path: next, cost: nextCost, furthest: furthest * part }
  }
  return { path, cost, furthest: 0 }
}

/** Straight lines between the known targets. */
function firstGuess({ target, low, high }: PathProblem): Series {
  const path = new Float64Array(target.length)
  let known = -1
  for (let i = 0; i < path.length; i++) {
    if (Number.isNaN(at(target, i))) continue
    const from = known < 0 ? at(target, i) : at(target, known)
    for (let k = known + 1; k <= i; k++) path[k] = from + ((at(target, i) - from) * (k - known)) / (i - known)
    known = i
  }
  if (known < 0) return path.map((_, i) => (at(low, i) + at(high, i)) / 2)
  return path.fill(at(target, known), known + 1)
}

/** |value|, rounded off below `soft`. */
function softAbs(value: number, soft: number): number {
  return Math.sqrt(value * value + soft * soft)
}

/** Distance outside [low, high], signed; 0 inside or where a border is unknown. */
function outside(value: number, low: number, high: number): number {
  if (value < low) return value - low
  return value > high ? value - high : 0
}

function costOf(problem: PathProblem, path: Series): number {
  const { stepS, target, weight, deadZone, corridors, low, high, maxSpeed } = problem
  const jerkCost = problem.timeConstantS ** 6 / stepS ** 5
  let cost = 0
  for (let i = 0; i < path.length; i++) {
    const x = at(path, i)
    const off = Math.abs(x - at(target, i))
    if (off > deadZone) cost += stepS * at(weight, i) * (off - deadZone) ** 2
    if (off >= 0) cost += stepS * TIE_BREAK * off * off
    cost += stepS * EDGE_COST * outside(x, at(low, i), at(high, i)) ** 2
    for (const corridor of corridors) {
      const miss = Math.abs(outside(x, at(corridor.low, i), at(corridor.high, i)))
      const linear = miss > CORRIDOR_SOFTNESS ? miss - CORRIDOR_SOFTNESS / 2 : miss ** 2 / (2 * CORRIDOR_SOFTNESS)
      cost += stepS * corridor.weight * linear
    }
    if (i > 0) {
      const speed = (x - at(path, i - 1)) / stepS
      cost += stepS * SPEED_COST * softAbs(speed, STILL_SPEED)
      const limit = at(maxSpeed, i)
      cost += stepS * SPEED_LIMIT_COST * outside(speed, -limit, limit) ** 2
    }
    if (i > 1) cost += stepS * problem.turnCost * softAbs(secondDifference(path, i) / stepS ** 2, EVEN_ACCELERATION)
    if (i > 2) cost += jerkCost * thirdDifference(path, i) ** 2
  }
  return cost
}

function secondDifference(path: Series, i: number): number {
  return at(path, i) - 2 * at(path, i - 1) + at(path, i - 2)
}

function thirdDifference(path: Series, i: number): number {
  return at(path, i) - 3 * at(path, i - 1) + 3 * at(path, i - 2) - at(path, i - 3)
}

/** Half the (reweighted) second derivative of the cost into `matrix`, half the descent direction into `right`. */
function assemble(problem: PathProblem, path: Series, matrix: BandedMatrix, right: Float64Array): void {
  const { stepS, target, weight, deadZone, corridors, low, high, timeConstantS } = problem
  const { rows } = matrix
  rows.fill(0)
  for (let i = 0; i < path.length; i++) {
    const x = at(path, i)
    // Free where nothing is known at all: an imperceptible hold keeps the matrix definite.
    let strength = stepS * TIE_BREAK
    let slope = 0
    /** Adds `cost · (x − bound)²`, where `miss` is x − bound. */
    const pull = (cost: number, miss: number): void => {
      strength += cost
      slope += cost * miss
    }
    const known = at(target, i)
    if (!Number.isNaN(known)) {
      pull(stepS * TIE_BREAK, x - known)
      const miss = outside(x, known - deadZone, known + deadZone)
      if (miss !== 0) pull(stepS * at(weight, i), miss)
    }
    const beyond = outside(x, at(low, i), at(high, i))
    if (beyond !== 0) pull(stepS * EDGE_COST, beyond)
    for (const corridor of corridors) {
      const miss = outside(x, at(corridor.low, i), at(corridor.high, i))
      if (miss !== 0) pull((stepS * corridor.weight) / (2 * Math.max(CORRIDOR_SOFTNESS, Math.abs(miss))), miss)
    }
    rows[i * BAND] = at(rows, i * BAND) + strength
    right[i] = at(right, i) - slope
    if (i > 0) addSpeed(problem, path, i, rows, right)
    if (i > 1) {
      const turn = secondDifference(path, i)
      const strength = problem.turnCost / (2 * stepS ** 3 * softAbs(turn / stepS ** 2, EVEN_ACCELERATION))
      addDifference(SECOND_DIFFERENCE, strength, turn, i, rows, right)
    }
    if (i > 2) {
      addDifference(THIRD_DIFFERENCE, timeConstantS ** 6 / stepS ** 5, thirdDifference(path, i), i, rows, right)
    }
  }
}

function addSpeed({ stepS, maxSpeed }: PathProblem, path: Series, i: number, rows: Series, right: Series): void {
  const speed = (at(path, i) - at(path, i - 1)) / stepS
  const limit = at(maxSpeed, i)
  const over = outside(speed, -limit, limit)
  const calm = SPEED_COST / (2 * softAbs(speed, STILL_SPEED))
  const strength = (calm + (over === 0 ? 0 : SPEED_LIMIT_COST)) / stepS
  const slope = calm * speed + SPEED_LIMIT_COST * over
  rows[i * BAND] = at(rows, i * BAND) + strength
  rows[(i - 1) * BAND] = at(rows, (i - 1) * BAND) + strength
  rows[i * BAND + 1] = at(rows, i * BAND + 1) - strength
  right[i] = at(right, i) - slope
  right[i - 1] = at(right, i - 1) + slope
}

const SECOND_DIFFERENCE = Float64Array.of(1, -2, 1)
const THIRD_DIFFERENCE = Float64Array.of(1, -3, 3, -1)

/** Adds `strength · value²`, where `value` is the difference with these coefficients of the last points up to `i`. */
function addDifference(
  coefficients: Float64Array,
  strength: number,
  value: number,
  i: number,
  rows: Series,
  right: Series,
): void {
  for (let a = 0; a < coefficients.length; a++) {
    const left = at(coefficients, a)
    right[i - a] = at(right, i - a) - strength * value * left
    for (let b = a; b < coefficients.length; b++) {
      const place = (i - a) * BAND + (b - a)
      rows[place] = at(rows, place) + strength * left * at(coefficients, b)
    }
  }
}
