import type { Camera, Vec3 } from './camera.ts'
import { rayThrough } from './camera.ts'
import type { Canvas, Rgb } from './canvas.ts'
import { clamp01, hash2, mix, ramp, valueNoise } from './noise.ts'

/** Half the length and half the width of the pitch, metres (Law 1: 105 × 68). */
export const HALF_LENGTH = 52.5
export const HALF_WIDTH = 34
const LINE_HALF_WIDTH = 0.07
const BOARD_Y = 38
const BOARD_HEIGHT = 0.95
const STAND_Y = 41.5

/** Distance to the nearest painted line, metres. The pitch is symmetric, so one quarter describes it. */
function distanceToLines(x: number, y: number): number {
  const ax = Math.abs(x)
  const ay = Math.abs(y)
  let d = segment(ax, ay, 0, HALF_WIDTH, HALF_LENGTH, HALF_WIDTH)
  d = Math.min(d, segment(ax, ay, HALF_LENGTH, 0, HALF_LENGTH, HALF_WIDTH))
  d = Math.min(d, segment(ax, ay, 0, 0, 0, HALF_WIDTH))
  d = Math.min(d, segment(ax, ay, 36, 0, 36, 20.16), segment(ax, ay, 36, 20.16, HALF_LENGTH, 20.16))
  d = Math.min(d, segment(ax, ay, 47, 0, 47, 9.16), segment(ax, ay, 47, 9.16, HALF_LENGTH, 9.16))
  d = Math.min(d, Math.abs(Math.hypot(ax, ay) - 9.15), Math.max(0, Math.hypot(ax, ay) - 0.12))
  d = Math.min(d, Math.max(0, Math.hypot(ax - 41.5, ay) - 0.12))
  if (ax < 36) d = Math.min(d, Math.abs(Math.hypot(ax - 41.5, ay) - 9.15))
  if (ax < HALF_LENGTH && ay < HALF_WIDTH) d = Math.min(d, Math.abs(Math.hypot(ax - HALF_LENGTH, ay - HALF_WIDTH) - 1))
  return d
}

function segment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax
  const dy = by - ay
  const t = clamp01(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy))
  return Math.hypot(x - ax - dx * t, y - ay - dy * t)
}

/** How much sun reaches a point of the ground: the main stand's roof throws a shadow over the near side. */
export function sunlight(x: number, y: number): number {
  return mix(0.62, 1, ramp(-13.2, -12.2, y + x * 0.1))
}

function grass(x: number, y: number, pixelM: number): Rgb {
  const stripe = ramp(-0.06, 0.06, Math.sin((x / 5.25) * Math.PI) * 0.2) * 2 - 1
  const cross = ramp(-0.06, 0.06, Math.sin((y / 6.8) * Math.PI) * 0.2) * 2 - 1
  const patches = valueNoise(x * 0.35, y * 0.35, 3) - 0.5
  const blades = valueNoise(x * 5, y * 3.2, 5) - 0.5
  const tone = 1 + stripe * 0.055 + cross * 0.02 + patches * 0.1 + blades * 0.1
  const sun = sunlight(x, y)
  const inside = Math.abs(x) < HALF_LENGTH + 3 && Math.abs(y) < HALF_WIDTH + 3 ? 1 : 0.93
  const paint = clamp01((LINE_HALF_WIDTH - distanceToLines(x, y)) / pixelM + 0.5) * (0.86 + blades * 0.25)
  const k = tone * sun * inside
  return [
    mix(88 * k + patches * 14, 240 * sun, paint),
    mix(128 * k, 243 * sun, paint),
    mix(60 * k * mix(1.25, 1, sun), 232 * sun, paint),
  ]
}

const BOARD_COLORS: readonly Rgb[] = [
  [22, 40, 56],
  [226, 84, 36],
  [236, 238, 232],
  [22, 92, 74],
]

/** Perimeter boards: plain panels with an abstract mark each; nobody's brand. */
function board(x: number, z: number): Rgb {
  const panel = Math.floor(x / 7)
  const u = x / 7 - panel
  const v = z / BOARD_HEIGHT
  const ground = BOARD_COLORS[((panel % 4) + 4) % 4] ?? [40, 40, 40]
  const mark = BOARD_COLORS[(((panel + 2) % 4) + 4) % 4] ?? [240, 240, 240]
  const bar = u > 0.3 && u < 0.7 && Math.abs(v - 0.5) < 0.17
  const slash = Math.abs(((u - 0.12) * 7) / BOARD_HEIGHT - v * 0.6) < 0.22
  const edge = u < 0.008 || v > 0.95 || v < 0.05
  const c = edge ? ([18, 20, 22] as const) : bar || slash ? mark : ground
  return [c[0], c[1], c[2]]
}

/** One spectator per seat: coat, head, now and then a scarf; everyone bobs, and jumps when `joy` is 1. */
function crowd(x: number, rise: number, timeS: number, joy: number): Rgb {
  const row = Math.floor(rise / 0.82)
  const seat = Math.floor(x / 0.56 + (row % 2) * 0.5)
  const who = hash2(seat, row, 11)
  const aisle = Math.abs((((x + 400) % 16) / 16 - 0.5) * 16) < 0.6
  if (aisle || who < 0.06) return [74, 80, 84]
  const beat = Math.sin(timeS * (5 + who * 4) + who * 40)
  const hop = 0.04 * beat + joy * 0.2 * Math.abs(Math.sin(timeS * 7 + who * 9))
  const u = (x / 0.56 + (row % 2) * 0.5 - seat - 0.5) * 0.56
  const v = rise - row * 0.82 - hop
  const coat = hash2(seat, row, 12)
  const shade = 0.55 + 0.35 * hash2(seat, row, 13)
  const supporters = valueNoise(x * 0.06, rise * 0.2, 8) > 0.5
  const c: Rgb =
    coat < 0.45 ? (supporters ? [224, 92, 44] : [214, 220, 226]) : [52 + coat * 84, 66 + coat * 70, 82 + who * 56]
  const armsUp = joy > 0 && who > 0.35 && Math.abs(Math.abs(u) - 0.19) < 0.045 && v > 0.3 && v < 0.78
  const head = Math.hypot(u, (v - 0.58) * 0.9) < 0.13
  if (head || armsUp) return [196 - who * 90, 150 - who * 70, 124 - who * 66]
  if (v < 0.46 && Math.abs(u) < 0.23) return [c[0] * shade, c[1] * shade, c[2] * shade]
  return [44, 48, 54]
}

function surroundings(camera: Camera, ray: Vec3, timeS: number, joy: number): Rgb {
  const { position } = camera
  const tBoard = (BOARD_Y - position.y) / ray.y
  const zBoard = position.z + ray.z * tBoard
  if (zBoard < BOARD_HEIGHT && zBoard >= 0) return board(position.x + ray.x * tBoard, zBoard)
  // The far stand rises 0.55 m per metre from its front wall.
  const slope = 0.55
  const t = (1.4 + slope * (position.y - STAND_Y) - position.z) / (ray.z - slope * ray.y)
  const x = position.x + ray.x * t
  const y = position.y + ray.y * t
  if (y < STAND_Y || t < 0) return [96, 100, 102]
  return crowd(x, (y - STAND_Y) * Math.hypot(1, slope), timeS, joy)
}

/** Paints everything that does not move: grass, lines, boards and the crowd behind them. */
export function drawGround(canvas: Canvas, camera: Camera, timeS: number, joy: number): void {
  const { widthPx, heightPx, data } = canvas
  for (let py = 0; py < heightPx; py++) {
    for (let px = 0; px < widthPx; px++) {
      const ray = rayThrough(camera, px, py)
      const t = -camera.position.z / ray.z
      const y = camera.position.y + ray.y * t
      const onGround = ray.z < 0 && y < BOARD_Y
      const color = onGround
        ? grass(camera.position.x + ray.x * t, y, (t / camera.focalPx) * 1.4)
        : surroundings(camera, ray, timeS, joy)
      const i = (py * widthPx + px) * 3
      data[i] = color[0]
      data[i + 1] = color[1]
      data[i + 2] = color[2]
    }
  }
}
