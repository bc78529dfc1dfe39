import { type Camera, project } from './camera.ts'
import { figure } from './figure.ts'
import type { PlayerState } from './match.ts'
import type { StagedMoment } from './stage-match.ts'

/** `[x1, y1, x2, y2]` in pixels of the frame. */
export type TruthBox = readonly [number, number, number, number]

/** What is in one frame, exactly. Boxes are cut off at the frame's edges; what shows less than half is left out. */
export interface TruthFrame {
  readonly timeS: number
  readonly players: readonly { readonly id: number; readonly box: TruthBox }[]
  readonly ball: TruthBox | undefined
  /** The ball is in the frame but a player stands before it. */
  readonly ballHidden: boolean
  readonly spareBall: TruthBox | undefined
  /** Who is on the ball. */
  readonly carrier: number | undefined
}

const BALL_RADIUS_M = 0.125

/** Projects every limb and both balls: the boxes are those of the drawn pixels. */
export function truthOf(moment: StagedMoment, camera: Camera): TruthFrame {
  const players = moment.players.flatMap((player) => {
    const box = inFrame(boxOfPlayer(player, camera), camera)
    return box === undefined ? [] : [{ id: player.id, y: player.y, box }]
  })
  const ball = inFrame(boxOfBall(moment.ball, camera), camera)
  const hidden = players.some(({ y, box }) => ball !== undefined && y < moment.ball.y && covers(box, ball))
  return {
    timeS: moment.timeS,
    players: players.map(({ id, box }) => ({ id, box })),
    ball,
    ballHidden: hidden,
    spareBall: moment.spareBall && inFrame(boxOfBall(moment.spareBall, camera), camera),
    carrier: moment.carrier,
  }
}

function boxOfPlayer(player: PlayerState, camera: Camera): TruthBox {
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { a, b, ra, rb } of figure(player)) {
    for (const [end, radius] of [[a, ra] as const, [b, rb] as const]) {
      const { x, y, scale } = project(camera, end)
      x1 = Math.min(x1, x - radius * scale)
      y1 = Math.min(y1, y - radius * scale)
      x2 = Math.max(x2, x + radius * scale)
      y2 = Math.max(y2, y + radius * scale)
    }
  }
  return [x1, y1, x2, y2]
}

function boxOfBall(ball: { x: number; y: number; z: number }, camera: Camera): TruthBox {
  const { x, y, scale } = project(camera, ball)
  const radius = BALL_RADIUS_M * scale
  return [x - radius, y - radius, x + radius, y + radius]
}

function inFrame([x1, y1, x2, y2]: TruthBox, { widthPx, heightPx }: Camera): TruthBox | undefined {
  const cut: TruthBox = [Math.max(0, x1), Math.max(0, y1), Math.min(widthPx, x2), Math.min(heightPx, y2)]
  const shown = Math.max(0, cut[2] - cut[0]) * Math.max(0, cut[3] - cut[1])
  return shown >= 0.5 * (x2 - x1) * (y2 - y1) ? cut : undefined
}

function covers(box: TruthBox, ball: TruthBox): boolean {
  const [x, y] = [(ball[0] + ball[2]) / 2, (ball[1] + ball[3]) / 2]
  return x > box[0] && x < box[2] && y > box[1] && y < box[3]
}
