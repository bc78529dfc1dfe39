import type { BallPath } from './find-ball.ts'
import { speedOf } from './find-drift.ts'
import { centreX, centreY, endOf, type GridTrack, heightAt } from './resample-track.ts'
import { at, clamp, rollingMean, type Series } from './series.ts'
import { gridSteps } from './shots.ts'
import type { ShotView } from './watch-shot.ts'

/** The centre of the action at every grid point; pixels, NaN where nothing is seen. */
export interface ActionPath {
  readonly x: Series
  readonly y: Series
  /** Mean height of the players in it. */
  readonly height: Series
  /** Players in it, as a sum of how sure each is. */
  readonly presence: Series
}

/** Places along the axis that are compared. */
const PLACES = 64
/** What the ball counts for, in running players. */
const BALL_WEIGHT = 8
/** What the middle of the picture counts for while the filming camera pans all the time. */
const OPERATOR_WEIGHT = 0.2
/** A player standing still counts this much of a running one. */
const STANDING_WEIGHT = 0.08
/** Heights per second of a player in full run: about 4.5 m/s. */
const RUNNING_SPEED = 2.5
/** Seconds that another place must be as good as everything seen to be worth moving there by one crop width. */
const MOVE_COST = 0.5
const CONFIDENCE_SPAN_S = 0.4

interface Weighted {
  readonly track: GridTrack
  readonly weight: Series
  readonly sure: Series
}

/**
 * Where a camera operator would point: the window of the crop's size that holds the most running, well seen, central players and the
 * ball (if known), over the whole shot, with a price on moving (dynamic programming along the axis in which the crop can move most).
 */
export function findAction(view: ShotView, ball: BallPath | undefined): ActionPath {
  const { shape } = view
  const across = shape.frameWidth - shape.width >= shape.frameHeight - shape.height
  const actors = view.players.map((player) => weigh(player, view))
  const window = across ? shape.width : shape.height
  const places = choosePlaces(view, actors, ball, across)
  return gather(view, actors, places, across, window)
}

function weigh(track: GridTrack, view: ShotView): Weighted {
  const { grid, drift, shape, playerHeight } = view
  view.checkpoint?.()
  const sure = rollingMean(track.confidence, gridSteps(grid, CONFIDENCE_SPAN_S)).map((value) =>
    Number.isNaN(value) ? 0.2 : value,
  )
  const running = sure.map((_, i) => {
    const point = track.first + i
    const speed = Math.hypot(
      speedOf(track, point, grid, centreX) - at(drift.x, point),
      speedOf(track, point, grid, centreY) - at(drift.y, point),
    )
    return Math.min(1, speed / heightAt(track, point) / RUNNING_SPEED)
  })
  const steady = rollingMean(running, gridSteps(grid, CONFIDENCE_SPAN_S))
  const weight = steady.map((speed, i) => {
    const point = track.first + i
    const aside = Math.abs(centreX(track, point) / shape.frameWidth - 0.5) * 2
    const central = 1 - 0.4 * clamp(aside, 0, 1) ** 2
    const prominent = clamp(Math.sqrt(heightAt(track, point) / playerHeight), 0.5, 1.6)
    return at(sure, i) * central * prominent * (STANDING_WEIGHT + (1 - STANDING_WEIGHT) * (speed || 0))
  })
  return { track, weight, sure }
}

/** 1 in the middle of the window, 0 at its border and beyond (Epanechnikov's kernel). */
function inWindow(distance: number, window: number): number {
  const u = (2 * distance) / window
  return u > -1 && u < 1 ? 1 - u * u : 0
}

/** Centre of the best window per grid point, in pixels along the axis. */
function choosePlaces(
  view: ShotView,
  actors: readonly Weighted[],
  ball: BallPath | undefined,
  across: boolean,
): Series {
  const { grid, shape } = view
  const length = across ? shape.frameWidth : shape.frameHeight
  const window = across ? shape.width : shape.height
  const reach = length - window
  if (reach < 1) return new Float64Array(grid.count).fill(length / 2)
  const placeOf = (place: number): number => window / 2 + (reach * place) / (PLACES - 1)
  const worth = new Float64Array(grid.count * PLACES)
  const total = new Float64Array(grid.count)
  const add = (point: number, where: number, weight: number): void => {
    if (Number.isNaN(where) || !(weight > 0)) return
    total[point] = at(total, point) + weight
    const first = Math.max(0, Math.ceil(((where - window) * (PLACES - 1)) / reach))
    const last = Math.min(PLACES - 1, Math.floor((where * (PLACES - 1)) / reach))
    for (let place = first; place <= last; place++) {
      const k = point * PLACES + place
      worth[k] = at(worth, k) + weight * inWindow(where - placeOf(place), window)
    }
  }
  for (const { track, weight } of actors) {
    view.checkpoint?.()
    for (let point = track.first; point < endOf(track); point++) {
      add(point, (across ? centreX : centreY)(track, point), at(weight, point - track.first))
    }
  }
  const operator = OPERATOR_WEIGHT * panShare(view)
  for (let point = 0; point < grid.count; point++) add(point, length / 2, operator)
  for (let point = 0; ball !== undefined && point < grid.count; point++) {
    const [low, high] = across ? [ball.x1, ball.x2] : [ball.y1, ball.y2]
    add(point, (at(low, point) + at(high, point)) / 2, BALL_WEIGHT * at(ball.trust, point))
  }
  const price = (MOVE_COST * reach) / (PLACES - 1) / window
  return bestSequence(worth, total, grid.stepS, price).map(placeOf)
}

/** How much the filming camera pans, 0–1. Whoever turns it turns it to the action, so the picture's middle means something then. */
function panShare({ drift, playerHeight }: ShotView): number {
  let sum = 0
  for (const speed of drift.x) sum += Math.min(1, Math.abs(speed) / playerHeight)
  return sum / drift.x.length
}

/** Dynamic programming: most worth in total, where each step to a neighbouring place costs `price`. */
function bestSequence(worth: Series, total: Series, stepS: number, price: number): Series {
  const points = total.length
  const cost = new Float64Array(PLACES)
  const from = new Uint8Array(points * PLACES)
  for (let point = 0; point < points; point++) {
    const row = point * PLACES
    for (let place = 0; place < PLACES; place++) from[row + place] = place
    spread(cost, from, row, price)
    // A point where hardly anything is seen says little.
    const share = stepS / Math.max(0.3, at(total, point))
    for (let place = 0; place < PLACES; place++) cost[place] = at(cost, place) - at(worth, row + place) * share
  }
  const sequence = new Float64Array(points)
  let place = cost.indexOf(Math.min(...cost))
  for (let point = points - 1; point >= 0; point--) {
    sequence[point] = place
    place = from[point * PLACES + place] ?? 0
  }
  return sequence
}

/** Lower envelope of the costs with a price per place (distance transform, Felzenszwalb & Huttenlocher 2012), remembering the source. */
function spread(cost: Series, from: Uint8Array, row: number, price: number): void {
  const relax = (place: number, neighbour: number): void => {
    if (at(cost, neighbour) + price < at(cost, place)) {
      cost[place] = at(cost, neighbour) + price
      from[row + place] = from[row + neighbour] ?? 0
    }
  }
  for (let place = 1; place < PLACES; place++) relax(place, place - 1)
  for (let place = PLACES - 2; place >= 0; place--) relax(place, place + 1)
}

/** Weighted means over the players in the chosen windows. */
function gather(
  { grid }: ShotView,
  actors: readonly Weighted[],
  places: Series,
  across: boolean,
  window: number,
): ActionPath {
  const row = (): Series => new Float64Array(grid.count)
  const sums = { x: row(), y: row(), height: row(), weight: row(), presence: row() }
  for (const { track, weight, sure } of actors) {
    for (let point = track.first; point < endOf(track); point++) {
      const where = (across ? centreX : centreY)(track, point)
      const kernel = inWindow(where - at(places, point), window)
      if (!(kernel > 0)) continue
      const counted = kernel * at(weight, point - track.first)
      sums.weight[point] = at(sums.weight, point) + counted
      sums.x[point] = at(sums.x, point) + counted * centreX(track, point)
      sums.y[point] = at(sums.y, point) + counted * centreY(track, point)
      sums.height[point] = at(sums.height, point) + counted * heightAt(track, point)
      sums.presence[point] = at(sums.presence, point) + kernel * at(sure, point - track.first)
    }
  }
  const mean = (sum: Series): Series => sum.map((value, i) => value / at(sums.weight, i))
  return { x: mean(sums.x), y: mean(sums.y), height: mean(sums.height), presence: sums.presence }
}
