import type { AutoCropParams } from '#lib/contracts/tasks/auto-crop.ts'
import { boxDistance } from './ball-trust.ts'
import { type ActionPath, findAction } from './find-action.ts'
import { type BallPath, findBall } from './find-ball.ts'
import { endOf, type GridTrack } from './resample-track.ts'
import { at, clamp, type Series, UNKNOWN_SERIES } from './series.ts'
import { type BoxPath, emptyBoxes, type Following, type SubjectPath } from './subject-path.ts'
import type { ShotView } from './watch-shot.ts'

/** A ball trusted this much leads the camera. */
const LEADING_TRUST = 0.57
/** Players this near to the ball (in their heights) are at it. */
const AT_THE_BALL = 1.2
/** How far the players around draw the view away from the ball: a little, so that the next pass is in view. */
const COMPANY = 0.25
/** This much presence is as likely nothing as something. */
const DOUBTFUL_PRESENCE = 0.3

/** What to show in a shot: the action, the ball, or one track. */
export function chooseSubject(view: ShotView, subject: AutoCropParams['subject']): SubjectPath {
  // Who asks for the ball wants a doubtful one rather than none.
  const ball = findBall(view, subject === 'ball')
  if (typeof subject === 'number') return followTrack(view, ball, subject)
  const action = subject === 'auto' ? findAction(view, ball) : undefined
  return followAction(view, ball, action)
}

/** The ball where it is trusted, else the action if there is any to follow. */
function followAction(view: ShotView, ball: BallPath, action: ActionPath | undefined): SubjectPath {
  const { count } = view.grid
  const row = (): Series => new Float64Array(count).fill(Number.NaN)
  const made = { x: row(), y: row(), height: row(), confidence: row() }
  const must = emptyBoxes(count)
  const { boxes: ought, near } = playersAtBall(view, ball)
  const following: Following[] = []
  const least = action === undefined ? 0 : LEADING_TRUST
  for (let point = 0; point < count; point++) {
    const trust = at(ball.trust, point)
    const presence = action === undefined ? 0 : at(action.presence, point)
    const seen = presence / (presence + DOUBTFUL_PRESENCE)
    const company = { x: at(action?.x ?? UNKNOWN_SERIES, point), y: at(action?.y ?? UNKNOWN_SERIES, point) }
    if (trust > least) {
      following.push('ball')
      copyBox(ball, must, point)
      const pull = Number.isNaN(company.x) ? 0 : COMPANY
      const [x, y] = [(at(ball.x1, point) + at(ball.x2, point)) / 2, (at(ball.y1, point) + at(ball.y2, point)) / 2]
      // No farther than a quarter of the crop: the ball stays well inside.
      made.x[point] = x + clamp(pull * (company.x - x) || 0, -view.shape.width / 8, view.shape.width / 8)
      made.y[point] = y + clamp(pull * (company.y - y) || 0, -view.shape.height / 8, view.shape.height / 8)
      made.confidence[point] = Math.max(trust, action === undefined ? 0.5 : 0.8 * seen)
    } else {
      made.x[point] = company.x
      made.y[point] = company.y
      made.confidence[point] = Number.isNaN(company.x) ? 0 : 0.8 * seen
      following.push(Number.isNaN(company.x) ? 'nothing' : 'players')
    }
    made.height[point] = at(action?.height ?? UNKNOWN_SERIES, point)
  }
  return { ...made, must, ought, following, nearby: near }
}

/** One person or thing, wherever it goes; the ball as well while that costs nothing. */
function followTrack(view: ShotView, ball: BallPath, id: number): SubjectPath {
  const { count } = view.grid
  const row = (): Series => new Float64Array(count).fill(Number.NaN)
  const made = { x: row(), y: row(), height: row(), confidence: new Float64Array(count) }
  const must = emptyBoxes(count)
  const following = new Array<Following>(count).fill('nothing')
  const track = [...view.players, ...view.balls].find((candidate) => candidate.id === id)
  const ought = emptyBoxes(count)
  for (let point = track?.first ?? count; track !== undefined && point < endOf(track); point++) {
    const i = point - track.first
    if (Number.isNaN(at(track.x1, i))) continue
    copyBox(track, must, point, i)
    made.x[point] = (at(track.x1, i) + at(track.x2, i)) / 2
    made.y[point] = (at(track.y1, i) + at(track.y2, i)) / 2
    made.height[point] = at(track.y2, i) - at(track.y1, i)
    made.confidence[point] = 0.9
    following[point] = 'track'
    const away = Math.abs((at(ball.x1, point) + at(ball.x2, point)) / 2 - at(made.x, point))
    if (at(ball.trust, point) > LEADING_TRUST && away < view.shape.width * 0.8) copyBox(ball, ought, point)
  }
  return { ...made, must, ought, following, nearby: new Uint16Array(count) }
}

function copyBox(from: BoxPath, to: BoxPath, point: number, index = point): void {
  to.x1[point] = at(from.x1, index)
  to.y1[point] = at(from.y1, index)
  to.x2[point] = at(from.x2, index)
  to.y2[point] = at(from.y2, index)
}

/** The box of the player nearest to the ball, and how many are at it. */
function playersAtBall(view: ShotView, ball: BallPath): { boxes: BoxPath; near: Uint16Array } {
  const { count } = view.grid
  const boxes = emptyBoxes(count)
  const near = new Uint16Array(count)
  const nearest = new Float64Array(count).fill(AT_THE_BALL)
  const asTrack: GridTrack = { id: 0, first: 0, ...ball, confidence: ball.trust }
  for (const player of view.players) {
    for (let point = player.first; point < endOf(player); point++) {
      const distance = boxDistance(asTrack, player, point)
      if (!(distance < AT_THE_BALL)) continue
      near[point] = (near[point] ?? 0) + 1
      if (distance >= at(nearest, point)) continue
      nearest[point] = distance
      copyBox(player, boxes, point, point - player.first)
    }
  }
  return { boxes, near }
}
