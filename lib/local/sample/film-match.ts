import { aimCamera, type Camera } from './camera.ts'
import type { StagedMoment } from './stage-match.ts'

export interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

/** One camera's turn: it stands, or pans with the ball as a practised operator does. */
export interface CameraTurn {
  readonly untilS: number
  readonly position: { readonly x: number; readonly y: number; readonly z: number }
  /** Horizontal. */
  readonly fovDeg: number
  /** A point of the pitch, or how much of the ball's way the camera follows (0–1) and around what. */
  readonly aim: { readonly x: number; readonly y: number; readonly follow?: number }
}

/** The camera of every frame, and the first frames of new turns. */
export function filmMatch(
  moments: readonly StagedMoment[],
  turns: readonly CameraTurn[],
  size: Size,
): { cameras: Camera[]; cuts: number[] } {
  const cuts: number[] = []
  let turnIndex = 0
  const cameras = moments.map(({ timeS }, frame) => {
    while (turnIndex < turns.length - 1 && timeS >= (turns[turnIndex]?.untilS ?? 0) - 1e-9) {
      turnIndex++
      cuts.push(frame)
    }
    const turn = turns[turnIndex]
    if (turn === undefined) throw new RangeError('No camera films the match.')
    const ball = operatorsView(moments, frame)
    const follow = turn.aim.follow ?? 0
    const target = { x: turn.aim.x + follow * ball.x, y: turn.aim.y + follow * ball.y * 0.5, z: 1.2 }
    return aimCamera({ position: turn.position, target, fovDeg: turn.fovDeg, ...size })
  })
  return { cameras, cuts }
}

/** The ball as a person follows it: a weighted mean over a second, a little late. */
function operatorsView(moments: readonly StagedMoment[], frame: number): { x: number; y: number } {
  const sum = { x: 0, y: 0, weight: 0 }
  for (let k = -30; k <= 18; k++) {
    const ball = moments[Math.min(moments.length - 1, Math.max(0, frame + k))]?.ball
    const weight = Math.exp(-(((k + 5) / 13) ** 2))
    sum.x += (ball?.x ?? 0) * weight
    sum.y += (ball?.y ?? 0) * weight
    sum.weight += weight
  }
  return { x: sum.x / sum.weight, y: sum.y / sum.weight }
}
