import type { Camera, Vec3 } from './camera.ts'
import { aimCamera, project } from './camera.ts'
import { Canvas, type Rgb } from './canvas.ts'
import { figure, type Limb } from './figure.ts'
import { GOAL_AT_S, type Moment, type PlayerState } from './match.ts'
import { hash2, ramp } from './noise.ts'
import { drawGround, HALF_LENGTH, sunlight } from './pitch.ts'
import { drawScoreboard } from './scoreboard.ts'

/** The sun stands low behind the main stand's left corner: shadows fall to the right and away from the camera. */
const SUN_DRIFT = { x: 0.62, y: 0.5 }
const SHADOW: Rgb = [18, 44, 26]
const POST: Rgb = [246, 247, 244]

function cameraAt(moments: readonly Moment[], frame: number, widthPx: number, heightPx: number): Camera {
  // A human operator: sees the ball with a little delay and moves smoothly.
  let x = 0
  let y = 0
  let weight = 0
  for (let k = -34; k <= 22; k++) {
    const at = moments[Math.min(moments.length - 1, Math.max(0, frame + k))]
    const w = Math.exp(-(((k + 4) / 15) ** 2))
    x += Math.min(47, at?.ball.x ?? 0) * w
    y += (at?.ball.y ?? 0) * w
    weight += w
  }
  const t = moments[frame]?.timeS ?? 0
  const wobble = { x: Math.sin(t * 1.7) * 0.08 + Math.sin(t * 4.1) * 0.03, z: Math.sin(t * 2.3) * 0.05 }
  const target = { x: x / weight + 1.2 + wobble.x, y: (y / weight) * 0.55 + 1.4, z: 1.7 + wobble.z }
  const fovDeg = 21 - 3.2 * ramp(4, 7.5, t)
  return aimCamera({ position: { x: 12, y: -60, z: 16.5 }, target, fovDeg, widthPx, heightPx })
}

function drawLimb(canvas: Canvas, camera: Camera, limb: Limb, light: number): void {
  const a = project(camera, limb.a)
  const b = project(camera, limb.b)
  const color: Rgb = [limb.color[0] * light, limb.color[1] * light, limb.color[2] * light]
  canvas.capsule({ ax: a.x, ay: a.y, ra: limb.ra * a.scale, bx: b.x, by: b.y, rb: limb.rb * b.scale, color, lit: true })
}

function drawShadow(canvas: Canvas, camera: Camera, limb: Limb, alpha: number): void {
  const ground = (p: Vec3): Vec3 => ({ x: p.x + p.z * SUN_DRIFT.x, y: p.y + p.z * SUN_DRIFT.y, z: 0 })
  const a = project(camera, ground(limb.a))
  const b = project(camera, ground(limb.b))
  canvas.capsule({
    ax: a.x,
    ay: a.y,
    ra: limb.ra * a.scale * 0.9,
    bx: b.x,
    by: b.y,
    rb: limb.rb * b.scale * 0.9,
    color: SHADOW,
    alpha,
    soft: 1.6,
  })
}

function drawPlayer(canvas: Canvas, camera: Camera, player: PlayerState): void {
  const light = 0.55 + 0.45 * sunlight(player.x, player.y)
  const toCamera = (l: Limb): number => Math.min(l.a.y + l.b.y, 1e6)
  for (const limb of figure(player).sort((m, n) => toCamera(n) - toCamera(m))) drawLimb(canvas, camera, limb, light)
}

function drawGoal(canvas: Canvas, camera: Camera, bulge: number): void {
  const bar = (a: Vec3, b: Vec3, r: number, alpha: number): void => {
    const p = project(camera, a)
    const q = project(camera, b)
    canvas.capsule({ ax: p.x, ay: p.y, ra: r * p.scale, bx: q.x, by: q.y, rb: r * q.scale, color: POST, alpha })
  }
  const x = HALF_LENGTH
  const back = x + 2 + bulge * 0.35
  for (let i = 0; i <= 24; i++) {
    const y = -3.66 + (i / 24) * 7.32
    bar({ x: x + 0.7, y, z: 2.4 }, { x: back, y, z: 0 }, 0.012, 0.42)
    bar({ x, y, z: 2.44 }, { x: x + 0.7, y, z: 2.4 }, 0.012, 0.42)
  }
  for (let i = 0; i <= 8; i++) {
    const z = (i / 8) * 2.4
    const depth = back + ((x + 0.7 - back) * i) / 8
    bar({ x: depth, y: -3.66, z }, { x: depth, y: 3.66, z }, 0.012, 0.36)
    bar({ x, y: 3.66, z }, { x: depth, y: 3.66, z }, 0.012, 0.36)
    bar({ x, y: -3.66, z }, { x: depth, y: -3.66, z }, 0.012, 0.36)
  }
  bar({ x, y: 3.66, z: 0 }, { x, y: 3.66, z: 2.44 }, 0.06, 1)
  bar({ x, y: -3.66, z: 2.44 }, { x, y: 3.66, z: 2.44 }, 0.06, 1)
  bar({ x, y: -3.66, z: 0 }, { x, y: -3.66, z: 2.44 }, 0.06, 1)
}

function drawBall(canvas: Canvas, camera: Camera, ball: Moment['ball']): void {
  const p = project(camera, ball)
  const r = 0.125 * p.scale
  const light = 0.5 + 0.5 * sunlight(ball.x, ball.y)
  canvas.capsule({
    ax: p.x,
    ay: p.y,
    ra: r,
    bx: p.x,
    by: p.y,
    rb: r,
    color: [250 * light, 250 * light, 246 * light],
    lit: true,
  })
  for (let i = 0; i < 3; i++) {
    const angle = ball.rolled + (i * Math.PI * 2) / 3
    if (Math.cos(angle) < 0) continue
    const x = p.x + Math.sin(angle) * r * 0.62
    canvas.capsule({
      ax: x,
      ay: p.y - r * 0.15,
      ra: r * 0.26,
      bx: x,
      by: p.y,
      rb: r * 0.26,
      color: [34, 36, 44],
      alpha: 0.85,
    })
  }
}

/** The picture a camera makes of a canvas: contrast, vignette and grain, as packed rgb24. */
export function finish(canvas: Canvas, frame: number): Buffer {
  const { widthPx, heightPx, data } = canvas
  const out = Buffer.alloc(widthPx * heightPx * 3)
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const r2 = ((x / widthPx - 0.5) ** 2 + (y / heightPx - 0.5) ** 2) * 0.32
      const grain = (hash2(x, y, frame) + hash2(y, x, frame + 9000) - 1) * 4.5
      const i = (y * widthPx + x) * 3
      for (let c = 0; c < 3; c++) {
        const v = ((data[i + c] ?? 0) - 128) * 1.06 + 130
        out[i + c] = Math.max(0, Math.min(255, Math.round(v * (1 - r2) + grain)))
      }
    }
  }
  return out
}

/** Draws one frame of the match as packed rgb24. */
export function drawFrame(moments: readonly Moment[], frame: number, widthPx: number, heightPx: number): Buffer {
  const moment = moments[frame]
  if (!moment) throw new RangeError(`There is no frame ${frame}.`)
  const canvas = new Canvas(widthPx, heightPx)
  const camera = cameraAt(moments, frame, widthPx, heightPx)
  const joy = ramp(GOAL_AT_S, GOAL_AT_S + 0.5, moment.timeS)
  drawGround(canvas, camera, moment.timeS, joy)
  const bulge =
    ramp(GOAL_AT_S - 0.05, GOAL_AT_S + 0.08, moment.timeS) * (1 - ramp(GOAL_AT_S + 0.1, GOAL_AT_S + 0.7, moment.timeS))
  drawPlay(canvas, camera, moment.players, [moment.ball], bulge)
  drawScoreboard(canvas, moment.timeS)
  return finish(canvas, frame)
}

/** Draws players, balls and the goal over the ground, what is nearer last. `bulge` is how far a ball stretches the net, 0–1. */
export function drawPlay(
  canvas: Canvas,
  camera: Camera,
  players: readonly PlayerState[],
  balls: readonly Moment['ball'][],
  bulge: number,
): void {
  for (const player of players) {
    const alpha = 0.3 * ramp(0.7, 0.95, sunlight(player.x, player.y))
    if (alpha > 0) for (const limb of figure(player)) drawShadow(canvas, camera, limb, alpha)
  }
  for (const ball of balls) drawShadow(canvas, camera, { a: ball, b: ball, ra: 0.14, rb: 0.14, color: SHADOW }, 0.4)
  const things = [
    ...players.map((p) => ({ y: p.y, draw: () => drawPlayer(canvas, camera, p) })),
    ...balls.map((ball) => ({ y: ball.y, draw: () => drawBall(canvas, camera, ball) })),
    { y: -3.66, draw: () => drawGoal(canvas, camera, bulge) },
  ]
  for (const thing of things.sort((a, b) => b.y - a.y)) thing.draw()
}
