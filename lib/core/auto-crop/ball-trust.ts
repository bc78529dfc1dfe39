import type { ActionPath } from './find-action.ts'
import { speedOf } from './find-drift.ts'
import { centreX, centreY, endOf, type GridTrack, heightAt } from './resample-track.ts'
import { at, clamp, rollingMax, rollingMean, type Series } from './series.ts'
import { gridSteps } from './shots.ts'
import type { ShotView } from './watch-shot.ts'

/** A ball in play was near a player or on the move not longer ago than this. */
const IN_PLAY_S = 1.2
/** A glimpse shorter than this is less trusted: false detections blink. */
const LASTING_S = 0.4
/** What is left of a candidate's trust far from where the players run. */
const ELSEWHERE_TRUST = 0.5
/** Heights of a player: beyond, he has nothing to do with the ball. */
const FAR = 6
/** Heights per second. */
const WALKING_SPEED = 0.6
const STANDING_SHARE = 0.3
const CONFIDENCE_SPAN_S = 0.5
/** Detectors are seldom surer than this of a ball. */
const SURE_CONFIDENCE = 0.4
/** From here on a detection begins to speak for itself. */
const DOUBTLESS_CONFIDENCE = 0.6
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
  for (const player of players) addNearness(near, ball, player, view)
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
    const found =
      sure *
      alive *
      lasting *
      atAction(ball, ball.first + i, view, action) *
      sizeTrust(ball, i, view) *
      (motionOnly ? MOTION_ONLY_TRUST : 1)
    // A detector this sure is believed wherever the ball is, as long as it moves.
    const certain = motionOnly || Number.isNaN(seen) ? 0 : clamp((seen - DOUBTLESS_CONFIDENCE) / 0.15, 0, 1)
    return Math.max(found, certain * lasting * (0.3 + 0.55 * (at(wasMoving, i) || 0)))
  })
}

/** 1 where most players run, less far away: a long pass leaves them, but spectators and lines are never there. */
function atAction(ball: GridTrack, point: number, { shape, playerHeight }: ShotView, action: ActionPath): number {
  const across = (centreX(ball, point) - at(action.x, point)) / shape.width
  const down = (centreY(ball, point) - at(action.y, point)) / playerHeight
  if (Number.isNaN(across) || Number.isNaN(down)) return 1
  return ELSEWHERE_TRUST + (1 - ELSEWHERE_TRUST) * Math.exp(-((across / 0.8) ** 2) - (down / 3) ** 2)
}

/** 1 touching a player who runs, fading over a few of his heights; less beside somebody who only stands there, like a spectator. */
function addNearness(near: Series, ball: GridTrack, player: GridTrack, view: ShotView): void {
  const from = Math.max(ball.first, player.first)
  const to = Math.min(endOf(ball), endOf(player))
  for (let point = from; point < to; point++) {
    const distance = boxDistance(ball, player, point)
    if (!(distance < FAR)) continue
    const runs = clamp(ownSpeed(player, point, view) / heightAt(player, point) / WALKING_SPEED, STANDING_SHARE, 1)
    const value = Math.exp(-distance / 1.5) * (Number.isNaN(runs) ? STANDING_SHARE : runs)
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

/** 1 at the speed of a ball in play. */
function movement(ball: GridTrack, point: number, view: ShotView): number {
  const { playerHeight, shape, motionOnly } = view
  const unit = Number.isNaN(playerHeight) ? shape.frameHeight * 0.1 : playerHeight
  return clamp(ownSpeed(ball, point, view) / unit / (motionOnly ? FLYING_SPEED : ROLLING_SPEED), 0, 1)
}

/**
 * Pixels per second against the picture's own drift. Where that is guessed from players, who may all be running under a camera that
 * stands still, the lesser of that and of the speed as seen.
 */
function ownSpeed(track: GridTrack, point: number, { grid, drift }: ShotView): number {
  const [across, down] = [speedOf(track, point, grid, centreX), speedOf(track, point, grid, centreY)]
  const own = Math.hypot(across - at(drift.x, point), down - at(drift.y, point))
  return drift.isMeasured ? own : Math.min(Math.hypot(across, down), own)
}

function sizeTrust(ball: GridTrack, i: number, { playerHeight }: ShotView): number {
  if (Number.isNaN(playerHeight)) return 1
  const size = (at(ball.y2, i) - at(ball.y1, i) + at(ball.x2, i) - at(ball.x1, i)) / 2
  return clamp(2 - size / playerHeight / (BALL_TO_PLAYER * 3), 0, 1)
}
