import type { ActionPath } from './find-action.ts'
import { speedOf } from './find-drift.ts'
import { centreX, centreY, endOf, type GridTrack } from './resample-track.ts'
import { at, clamp, rollingMax, rollingMean, type Series } from './series.ts'
import { gridSteps } from './shots.ts'
import type { ShotView } from './watch-shot.ts'

/** A ball in play was near a player or on the move not longer ago than this. */
const IN_PLAY_S = 1.5
/** A glimpse shorter than this is less trusted: false detections blink. */
const LASTING_S = 0.4
/** What is left of a candidate's trust far from where the players run. */
const ELSEWHERE_TRUST = 0.6
const CONFIDENCE_SPAN_S = 0.5
/** Detectors are seldom surer than this of a ball. */
const SURE_CONFIDENCE = 0.4
/** A ball's diameter in players' heights: 0.22 m to 1.8 m; above three times as much it is something else. */
const BALL_TO_PLAYER = 0.12
const MOTION_ONLY_TRUST = 0.7
/** Players' heights per second. Arms and boots move as fast as a rolling ball: from motion alone only a pass is told from them. */
const ROLLING_SPEED = 2
const FLYING_SPEED = 5

/**
 * How much a ball candidate looks like the match ball at each of its points, 0–1: sure detections, of a ball's size, near a player or
 * moving. A spare ball behind the line, a penalty spot or a bald head fail one of these.
 */
export function ballTrust(ball: GridTrack, view: ShotView, action: ActionPath): Series {
  const { grid, players, motionOnly } = view
  view.checkpoint?.()
  const near = new Float64Array(ball.x1.length).fill(0)
  for (const player of players) addNearness(near, ball, player)
  const moving = near.map((_, i) => movement(ball, ball.first + i, view))
  const reach = gridSteps(grid, IN_PLAY_S)
  const wasNear = rollingMax(near, reach)
  const wasMoving = rollingMax(moving, reach)
  const confidence = rollingMean(ball.confidence, gridSteps(grid, CONFIDENCE_SPAN_S))
  const lasting = 0.6 + 0.4 * Math.min(1, (ball.x1.length * grid.stepS) / LASTING_S)
  return near.map((_, i) => {
    const seen = at(confidence, i)
    const sure = Number.isNaN(seen) ? 0.3 : Math.sqrt(Math.min(1, seen / SURE_CONFIDENCE))
    const inPlay = 0.1 + 0.35 * at(wasNear, i) + 0.55 * (at(wasMoving, i) || 0)
    // With nobody around there is nothing else to look at.
    const alive = players.length === 0 ? Math.max(0.6, inPlay) : inPlay
    return (
      sure *
      alive *
      lasting *
      atAction(ball, ball.first + i, view, action) *
      sizeTrust(ball, i, view) *
      (motionOnly ? MOTION_ONLY_TRUST : 1)
    )
  })
}

/** 1 where most players run, less far away: a long pass leaves them, but spectators and lines are never there. */
function atAction(ball: GridTrack, point: number, { shape, playerHeight }: ShotView, action: ActionPath): number {
  const across = (centreX(ball, point) - at(action.x, point)) / shape.width
  const down = (centreY(ball, point) - at(action.y, point)) / playerHeight
  if (Number.isNaN(across) || Number.isNaN(down)) return 1
  return ELSEWHERE_TRUST + (1 - ELSEWHERE_TRUST) * Math.exp(-((across / 0.8) ** 2) - (down / 5) ** 2)
}

/** 1 touching the player, fading over a few of the player's heights. */
function addNearness(near: Series, ball: GridTrack, player: GridTrack): void {
  const to = Math.min(endOf(ball), endOf(player))
  for (let point = Math.max(ball.first, player.first); point < to; point++) {
    const value = Math.exp(-boxDistance(ball, player, point) / 1.5)
    const i = point - ball.first
    if (value > at(near, i)) near[i] = value
  }
}

/** From a ball's centre to a player's box (then), in the player's heights; NaN when one is not there. */
export function boxDistance(ball: GridTrack, player: GridTrack, point: number, then = point): number {
  const i = then - player.first
  const [x, y] = [centreX(ball, point), centreY(ball, point)]
  const dx = Math.max(0, at(player.x1, i) - x, x - at(player.x2, i))
  const dy = Math.max(0, at(player.y1, i) - y, y - at(player.y2, i))
  return Math.hypot(dx, dy) / (at(player.y2, i) - at(player.y1, i))
}

/**
 * 1 at the speed of a ball in play, both as seen and against the picture's own drift: the drift is estimated from players, who
 * may all be running under a camera that stands still.
 */
function movement(ball: GridTrack, point: number, { grid, drift, playerHeight, shape, motionOnly }: ShotView): number {
  const [across, down] = [speedOf(ball, point, grid, centreX), speedOf(ball, point, grid, centreY)]
  const speed = Math.min(Math.hypot(across, down), Math.hypot(across - at(drift.x, point), down - at(drift.y, point)))
  const unit = Number.isNaN(playerHeight) ? shape.frameHeight * 0.1 : playerHeight
  return clamp(speed / unit / (motionOnly ? FLYING_SPEED : ROLLING_SPEED), 0, 1)
}

function sizeTrust(ball: GridTrack, i: number, { playerHeight }: ShotView): number {
  if (Number.isNaN(playerHeight)) return 1
  const size = (at(ball.y2, i) - at(ball.y1, i) + at(ball.x2, i) - at(ball.x1, i)) / 2
  return clamp(2 - size / playerHeight / (BALL_TO_PLAYER * 3), 0, 1)
}
