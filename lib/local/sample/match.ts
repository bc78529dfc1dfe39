import { clamp01, mix, randomStream, smooth } from './noise.ts'
import { HALF_LENGTH } from './pitch.ts'

/** Eight seconds of one attack: carried up the pitch, played wide, cut back, finished. All positions in metres, times in seconds. */
export const DURATION_S = 8
export const GOAL_AT_S = 5.75
const STEP_S = 0.02

export type Side = 'home' | 'away' | 'keeper' | 'referee'

export interface PlayerState {
  id: number
  side: Side
  x: number
  y: number
  /** Direction of travel, radians; 0 is towards the goal under attack. */
  heading: number
  speed: number
  /** Radians through the running cycle. */
  stride: number
  /** 0 running … 1 arms in the air. */
  joy: number
  /** 0 upright … 1 full-stretch dive. */
  dive: number
}

export interface Moment {
  timeS: number
  players: readonly PlayerState[]
  ball: { x: number; y: number; z: number; rolled: number }
}

type Key = readonly [timeS: number, x: number, y: number]

const CARRIER: readonly Key[] = [
  [-2, -6, -4],
  [0, 4, -2.5],
  [2.5, 21, -1],
  [4, 31, -2],
  [5.6, 42, -1],
  [6.6, 44, -8],
  [8, 43, -15],
]
const WINGER: readonly Key[] = [
  [-2, 0, 17],
  [0, 9, 18],
  [2, 24, 18.5],
  [3.4, 35, 17],
  [4.7, 44, 12.5],
  [5.7, 46, 9],
  [8, 44, -11],
]
const STRIKER: readonly Key[] = [
  [-2, 18, 3],
  [0, 22, 5],
  [2.5, 32, 6],
  [4.2, 38.5, 4],
  [5.2, 43, 2.2],
  [5.8, 44.5, 1.5],
  [8, 41, -13],
]

const BALL: readonly (readonly [number, number, number, number])[] = [
  [0, 4.9, -2.6, 0.11],
  [2.5, 22, -1, 0.11],
  [3.45, 35.8, 17, 0.11],
  [4.7, 45, 12.3, 0.11],
  [5.15, 43.6, 2, 0.3],
  [GOAL_AT_S, HALF_LENGTH + 1.3, -2.6, 1.55],
  [6.2, HALF_LENGTH + 1.5, -2.8, 0.4],
  [6.5, HALF_LENGTH + 1.3, -2.9, 0.11],
  [8, HALF_LENGTH + 1.2, -3, 0.11],
]

interface Runner {
  id: number
  side: Side
  path?: readonly Key[]
  base: { x: number; y: number }
  wander: number
}

function squad(): Runner[] {
  const random = randomStream(7)
  const place = (side: Side, spots: readonly (readonly [number, number])[], first: number): Runner[] =>
    spots.map(([x, y], i) => ({ id: first + i, side, base: { x, y }, wander: random() * 100 }))
  return [
    { id: 8, side: 'home', path: CARRIER, base: { x: 0, y: 0 }, wander: 0 },
    { id: 11, side: 'home', path: WINGER, base: { x: 0, y: 0 }, wander: 0 },
    { id: 9, side: 'home', path: STRIKER, base: { x: 0, y: 0 }, wander: 0 },
    ...place(
      'home',
      [
        [-3, -15],
        [9, -19],
        [-9, 3],
        [-7, 15],
        [3, 8],
      ],
      2,
    ),
    ...place(
      'away',
      [
        [13, 2],
        [12, 13],
        [8.5, -7],
        [14, -14],
        [5, 5.5],
        [2.5, -4.5],
        [10, 20.5],
        [-3, 12],
        [-6, -2],
      ],
      22,
    ),
    { id: 1, side: 'keeper', base: { x: 51, y: 0 }, wander: 0 },
    { id: 50, side: 'referee', base: { x: -7, y: -6.5 }, wander: 31 },
  ]
}

function along(path: readonly Key[], timeS: number): { x: number; y: number } {
  const next = path.findIndex(([t]) => t > timeS)
  if (next <= 0) {
    const end = next === 0 ? path[0] : path[path.length - 1]
    return { x: end?.[1] ?? 0, y: end?.[2] ?? 0 }
  }
  const a = path[next - 1] ?? [0, 0, 0]
  const b = path[next] ?? a
  const t = (timeS - a[0]) / (b[0] - a[0])
  return { x: mix(a[1], b[1], t), y: mix(a[2], b[2], t) }
}

export function ballAt(timeS: number): { x: number; y: number; z: number } {
  const next = BALL.findIndex(([t]) => t > timeS)
  const b = BALL[next === -1 ? BALL.length - 1 : next] ?? [0, 0, 0, 0]
  const a = BALL[Math.max(0, (next === -1 ? BALL.length : next) - 1)] ?? b
  const t = b[0] === a[0] ? 0 : clamp01((timeS - a[0]) / (b[0] - a[0]))
  // A dribbled ball runs ahead and is caught up with; a pass slows down on its way.
  const dribble = timeS < 2.5 || (timeS > 3.45 && timeS < 4.7)
  const eased = dribble ? t + Math.sin(t * Math.PI * 8) * 0.012 : timeS < 5 ? 1 - (1 - t) ** 1.5 : t
  const lift = timeS > 4.7 && timeS < 5.15 ? 0.5 * Math.sin(t * Math.PI) : 0
  return { x: mix(a[1], b[1], eased), y: mix(a[2], b[2], eased), z: mix(a[3], b[3], t) + lift }
}

/** Where a player without a script wants to be: his place in a shape that shifts with the ball. */
function wanted(runner: Runner, timeS: number): { x: number; y: number } {
  if (runner.path) return along(runner.path, timeS)
  const ball = ballAt(Math.max(0, timeS))
  if (runner.side === 'keeper') {
    const shot = smooth(clamp01((timeS - 5.2) / 0.5))
    return { x: 51 - (timeS > 4 ? 0.6 : 0), y: ball.y * 0.1 * (1 - shot) - 1.1 * shot }
  }
  const sway = { x: Math.sin(timeS * 0.9 + runner.wander) * 0.8, y: Math.cos(timeS * 0.7 + runner.wander) * 0.9 }
  const after = clamp01((timeS - GOAL_AT_S - 0.4) / 2)
  if (runner.side === 'home' && after > 0)
    return { x: mix(ball.x - 14, 43, after) + sway.x * 2, y: -12 + runner.base.y * 0.3 }
  const push = runner.side === 'away' ? 0.78 : 0.84
  const x = Math.min(50, ball.x * push + runner.base.x + sway.x)
  return { x, y: runner.base.y * (1 - clamp01(ball.x / 70) * 0.42) + ball.y * 0.2 + sway.y }
}

function stepPlayer(p: PlayerState & { vx: number; vy: number }, goal: { x: number; y: number }, timeS: number): void {
  const topSpeed = p.side === 'referee' ? 6.2 : 8.6
  const reach = p.side === 'keeper' ? 5 : 2.6
  const dx = goal.x - p.x
  const dy = goal.y - p.y
  const want = Math.min(topSpeed, Math.hypot(dx, dy) * reach)
  const angle = Math.atan2(dy, dx)
  const grip = Math.min(1, STEP_S * 4.5)
  p.vx += (Math.cos(angle) * want - p.vx) * grip
  p.vy += (Math.sin(angle) * want - p.vy) * grip
  p.x += p.vx * STEP_S
  p.y += p.vy * STEP_S
  p.speed = Math.hypot(p.vx, p.vy)
  const ball = ballAt(Math.max(0, timeS))
  const face = p.speed > 1.2 ? Math.atan2(p.vy, p.vx) : Math.atan2(ball.y - p.y, ball.x - p.x)
  const turn = Math.atan2(Math.sin(face - p.heading), Math.cos(face - p.heading))
  p.heading += turn * Math.min(1, STEP_S * 7)
  p.stride += STEP_S * (p.speed < 0.4 ? 0 : 3.6 + p.speed * 1.05)
  p.joy = p.side === 'home' ? smooth(clamp01((timeS - GOAL_AT_S - 0.15 - (p.id % 4) * 0.12) / 0.5)) : 0
  p.dive = p.side === 'keeper' ? smooth(clamp01((timeS - 5.3) / 0.4)) : 0
}

/** Plays the attack and returns one moment per frame. */
export function playMatch(framesPerSecond: number): Moment[] {
  const runners = squad()
  const players = runners.map((r) => {
    const start = wanted(r, -2)
    return {
      id: r.id,
      side: r.side,
      ...start,
      heading: 0,
      speed: 0,
      stride: r.wander + r.id,
      joy: 0,
      dive: 0,
      vx: 4,
      vy: 0,
    }
  })
  const moments: Moment[] = []
  let rolled = 0
  for (let step = Math.round(-2 / STEP_S); moments.length < DURATION_S * framesPerSecond; step++) {
    const timeS = step * STEP_S
    players.forEach((p, i) => {
      const runner = runners[i]
      if (runner) stepPlayer(p, wanted(runner, timeS + 0.35), timeS)
    })
    if (timeS < moments.length / framesPerSecond - 1e-9) continue
    const ball = ballAt(timeS)
    const last = moments.at(-1)?.ball ?? { ...ball, rolled: 0 }
    rolled += Math.hypot(ball.x - last.x, ball.y - last.y, ball.z - last.z) / 0.11
    moments.push({ timeS, players: players.map(({ vx: _vx, vy: _vy, ...p }) => p), ball: { ...ball, rolled } })
  }
  return moments
}
