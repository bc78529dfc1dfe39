import type { Moment, PlayerState, Side } from './match.ts'
import { clamp01, mix, randomStream, smooth } from './noise.ts'
import { HALF_LENGTH, HALF_WIDTH } from './pitch.ts'

/** Open play without a script: who has the ball is known at every moment. Metres and seconds. */
export interface StagedMoment extends Moment {
  /** Who is on the ball; undefined while it is on its way. */
  readonly carrier: number | undefined
  /** A second ball that nobody plays with. */
  readonly spareBall: { x: number; y: number; z: number } | undefined
}

/** How a match is played. */
export interface Play {
  readonly seed: number
  readonly durationS: number
  readonly framesPerSecond: number
  /** Shortest and longest time a player keeps the ball. */
  readonly holdS: readonly [number, number]
  /** Shortest and longest pass. */
  readonly passM: readonly [number, number]
  /** Where the ball is at the start. */
  readonly kickOff: { readonly x: number; readonly y: number }
  /** From then on its carrier runs for the goal and keeps it. */
  readonly breakawayAtS?: number
  readonly spareBall?: boolean
}

interface Runner extends PlayerState {
  readonly base: { readonly x: number; readonly y: number }
  readonly wander: number
  vx: number
  vy: number
}

interface Flight {
  readonly from: { readonly x: number; readonly y: number }
  readonly to: { readonly x: number; readonly y: number }
  readonly startS: number
  readonly lastsS: number
  readonly receiver: Runner
}

const STEP_S = 0.02
const TOP_SPEED = 7.8
/** Half of the area in which the ball is carried and passed. */
const ROOM = { x: 26, y: 24 }
/** Outfield places of one side that attacks towards +x. */
const SHAPE: readonly (readonly [number, number])[] = [
  [-24, -18],
  [-27, -6],
  [-27, 6],
  [-24, 18],
  [-11, -13],
  [-13, 0],
  [-11, 13],
  [3, -17],
  [6, 1],
  [3, 17],
]

/** Plays and returns one moment per frame; the same on every machine. */
export function stageMatch(play: Play): StagedMoment[] {
  const random = randomStream(play.seed)
  const runners = squads(random, play.kickOff)
  const pitch = new Pitch(play, runners, random)
  const moments: StagedMoment[] = []
  for (let step = -100; moments.length < play.durationS * play.framesPerSecond; step++) {
    const timeS = step * STEP_S
    pitch.step(timeS)
    if (timeS >= moments.length / play.framesPerSecond - 1e-9) moments.push(pitch.moment(timeS))
  }
  return moments
}

function squads(random: () => number, ball: { x: number; y: number }): Runner[] {
  const runner = (id: number, side: Side, x: number, y: number): Runner => {
    const start = { x: x + ball.x * 0.65, y: y + ball.y * 0.4 }
    const still = { heading: 0, speed: 0, joy: 0, dive: 0, vx: 0, vy: 0 }
    return { id, side, ...start, base: { x, y }, wander: random() * 100, stride: random() * 6, ...still }
  }
  return [
    ...SHAPE.map(([x, y], i) => runner(2 + i, 'home', x, y)),
    ...SHAPE.map(([x, y], i) => runner(22 + i, 'away', -x, -y)),
    runner(1, 'keeper', -HALF_LENGTH + 2, 0),
    runner(21, 'keeper', HALF_LENGTH - 2, 0),
    runner(50, 'referee', -4, -8),
  ]
}

/** The state of play between two steps. */
class Pitch {
  readonly #play: Play
  readonly #runners: readonly Runner[]
  readonly #random: () => number
  #carrier: Runner
  #flight: Flight | undefined
  #passAtS: number
  #ball: { x: number; y: number; z: number; rolled: number }

  constructor(play: Play, runners: readonly Runner[], random: () => number) {
    this.#play = play
    this.#runners = runners
    this.#random = random
    this.#carrier = nearest(runners, play.kickOff, 'home')
    Object.assign(this.#carrier, play.kickOff)
    this.#ball = { ...play.kickOff, z: 0.11, rolled: 0 }
    this.#passAtS = this.#between(play.holdS)
  }

  step(timeS: number): void {
    if (this.#flight === undefined && timeS >= this.#passAtS && !this.#breaking(timeS)) this.#pass(timeS)
    for (const runner of this.#runners) {
      const top = runner === this.#carrier && !this.#breaking(timeS) ? TOP_SPEED * 0.68 : TOP_SPEED
      run(runner, this.#wanted(runner, timeS), this.#ball, top)
    }
    const { x, y } = this.#ball
    this.#moveBall(timeS)
    this.#ball.rolled += Math.hypot(this.#ball.x - x, this.#ball.y - y) / 0.11
  }

  moment(timeS: number): StagedMoment {
    return {
      timeS,
      players: this.#runners.map(({ base: _base, wander: _wander, vx: _vx, vy: _vy, ...player }) => player),
      ball: { ...this.#ball },
      carrier: this.#flight === undefined ? this.#carrier.id : undefined,
      spareBall: this.#play.spareBall ? { x: -8, y: -HALF_WIDTH + 4, z: 0.11 } : undefined,
    }
  }

  #between([low, high]: readonly [number, number]): number {
    return mix(low, high, this.#random())
  }

  #breaking(timeS: number): boolean {
    return timeS >= (this.#play.breakawayAtS ?? Number.POSITIVE_INFINITY)
  }

  /** To the team-mate whose distance suits best; he runs to where it will come down. */
  #pass(timeS: number): void {
    const wantedM = this.#between(this.#play.passM)
    const mates = this.#runners.filter((r) => r.side === this.#carrier.side && r !== this.#carrier)
    const off = (r: Runner): number => Math.abs(Math.hypot(r.x - this.#ball.x, r.y - this.#ball.y) - wantedM)
    const receiver = mates.reduce((best, mate) => (off(mate) < off(best) ? mate : best), mates[0] ?? this.#carrier)
    const within = (value: number, half: number): number => Math.max(-half, Math.min(half, value))
    const to = {
      x: within(receiver.x + receiver.vx * 0.7, ROOM.x + 3),
      y: within(receiver.y + receiver.vy * 0.7, ROOM.y),
    }
    const distance = Math.hypot(to.x - this.#ball.x, to.y - this.#ball.y)
    const speed = 11 + Math.min(11, distance * 0.28)
    const from = { x: this.#ball.x, y: this.#ball.y }
    this.#flight = { from, to, startS: timeS, lastsS: Math.max(0.3, distance / speed), receiver }
  }

  #moveBall(timeS: number): void {
    const flight = this.#flight
    if (flight === undefined) {
      this.#dribble(timeS)
      return
    }
    const t = clamp01((timeS - flight.startS) / flight.lastsS)
    // A pass slows down on its way; a long one is in the air.
    const way = 1 - (1 - t) ** 1.3
    this.#ball.x = mix(flight.from.x, flight.to.x, way)
    this.#ball.y = mix(flight.from.y, flight.to.y, way)
    this.#ball.z = 0.11 + Math.max(0, flight.lastsS - 1) * 5 * t * (1 - t) * 1.6
    if (t < 1) return
    this.#carrier = flight.receiver
    this.#flight = undefined
    this.#passAtS = timeS + this.#between(this.#play.holdS)
  }

  /** Ahead of the carrier's feet, touched twice a second. */
  #dribble(timeS: number): void {
    const { x, y, heading, speed } = this.#carrier
    const ahead = 0.5 + 0.1 * speed * (0.6 + 0.4 * Math.sin(timeS * 12))
    const grip = 0.25
    this.#ball.x += (x + Math.cos(heading) * ahead - this.#ball.x) * grip
    this.#ball.y += (y + Math.sin(heading) * ahead - this.#ball.y) * grip
    this.#ball.z = 0.11
  }

  #wanted(runner: Runner, timeS: number): { x: number; y: number } {
    const ball = this.#ball
    const { base, wander } = runner
    const ahead = runner.side === 'away' ? -1 : 1
    if (this.#flight?.receiver === runner) return this.#flight.to
    if (this.#flight === undefined && runner === this.#carrier) {
      if (this.#breaking(timeS)) return { x: ahead * (HALF_LENGTH - 6), y: runner.y * 0.9 }
      // Towards the goal, and back to the middle before running out of pitch.
      const turned = runner.x * ahead > ROOM.x ? -ahead : ahead
      const across = Math.max(-ROOM.y, Math.min(ROOM.y, runner.y + 5 * Math.sin(timeS * 0.8 + wander)))
      return { x: runner.x + turned * 6, y: across }
    }
    const sway = { x: Math.sin(timeS * 0.9 + wander) * 1.4, y: Math.cos(timeS * 0.7 + wander) * 1.6 }
    if (runner.side === 'keeper') return { x: base.x, y: ball.y * 0.12 + sway.y * 0.4 }
    if (runner.side === 'referee') return { x: ball.x - 9 + sway.x, y: ball.y * 0.7 - 7 }
    const formation = { x: base.x + ball.x * 0.65 + sway.x, y: base.y + ball.y * 0.4 + sway.y }
    // The nearest opponent presses.
    const presses = runner.side !== this.#carrier.side && nearest(this.#runners, ball, runner.side) === runner
    const pull = presses ? 0.85 : smooth(clamp01(1 - Math.hypot(formation.x - ball.x, formation.y - ball.y) / 14)) * 0.3
    const inside = (value: number, half: number): number => Math.max(-half, Math.min(half, value))
    return {
      x: inside(mix(formation.x, ball.x + ahead * -1.5, pull), HALF_LENGTH - 1),
      y: inside(mix(formation.y, ball.y, pull), HALF_WIDTH - 1),
    }
  }
}

function nearest(runners: readonly Runner[], to: { x: number; y: number }, side: Side): Runner {
  const mates = runners.filter((runner) => runner.side === side)
  const distance = (r: Runner): number => Math.hypot(r.x - to.x, r.y - to.y)
  const [first] = mates
  if (first === undefined) throw new RangeError(`Nobody plays for ${side}.`)
  return mates.reduce((best, mate) => (distance(mate) < distance(best) ? mate : best), first)
}

function run(p: Runner, goal: { x: number; y: number }, ball: { x: number; y: number }, topSpeed: number): void {
  const [dx, dy] = [goal.x - p.x, goal.y - p.y]
  const want = Math.min(topSpeed, Math.hypot(dx, dy) * 1.8)
  const angle = Math.atan2(dy, dx)
  const grip = STEP_S * 3.5
  p.vx += (Math.cos(angle) * want - p.vx) * grip
  p.vy += (Math.sin(angle) * want - p.vy) * grip
  p.x += p.vx * STEP_S
  p.y += p.vy * STEP_S
  p.speed = Math.hypot(p.vx, p.vy)
  const face = p.speed > 1.2 ? Math.atan2(p.vy, p.vx) : Math.atan2(ball.y - p.y, ball.x - p.x)
  p.heading += Math.atan2(Math.sin(face - p.heading), Math.cos(face - p.heading)) * STEP_S * 7
  p.stride += STEP_S * (p.speed < 0.4 ? 0 : 3.6 + p.speed * 1.05)
}
