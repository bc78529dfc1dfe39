import { describe, expect, it } from 'vitest'
import type { Affine } from '#lib/core/tracking/types.ts'
import { cameraMotion } from './camera-motion.ts'
import { type LumaPlane, pyramidOf } from './luma-plane.ts'

const [WIDTH, HEIGHT] = [320, 180]

/** A smooth random landscape that is defined everywhere, so that it can be looked at from any place. */
function landscape(x: number, y: number): number {
  let value = 128
  for (let wave = 1; wave <= 14; wave++) {
    const angle = wave * 2.4
    const frequency = 0.05 + 0.025 * wave
    value += (40 / Math.sqrt(wave)) * Math.sin(frequency * (x * Math.cos(angle) + y * Math.sin(angle)) + wave * wave)
  }
  return Math.max(0, Math.min(255, value))
}

/** What a camera sees after `moved`, which maps points of the first picture to this one. Noise is deterministic. */
function picture([a, b, tx, c, d, ty]: Affine, noise = 0, seed = 1): LumaPlane {
  const determinant = a * d - b * c
  const data = new Float32Array(WIDTH * HEIGHT)
  let state = seed
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [px, py] = [x + 0.5 - tx, y + 0.5 - ty]
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      const grain = noise * (state / 2 ** 31 - 1)
      data[y * WIDTH + x] = landscape((d * px - b * py) / determinant, (a * py - c * px) / determinant) + grain
    }
  }
  return { width: WIDTH, height: HEIGHT, data }
}

const STANDING: Affine = [1, 0, 0, 0, 1, 0]
const first = pyramidOf(picture(STANDING), 3)

/** Largest distance, over the picture, between where two motions put a point. */
function disagreement(one: Affine, other: Affine): number {
  const at = ([a, b, tx, c, d, ty]: Affine, x: number, y: number) => [a * x + b * y + tx, c * x + d * y + ty] as const
  const corners = [0, WIDTH].flatMap((x) => [0, HEIGHT].map((y) => [x, y] as const))
  return Math.max(
    ...corners.map(([x, y]) => {
      const [[x1, y1], [x2, y2]] = [at(one, x, y), at(other, x, y)]
      return Math.hypot(x1 - x2, y1 - y2)
    }),
  )
}

const turn = (degrees: number, zoom: number, tx: number, ty: number): Affine => {
  const [cos, sin] = [zoom * Math.cos((degrees * Math.PI) / 180), zoom * Math.sin((degrees * Math.PI) / 180)]
  return [cos, -sin, tx, sin, cos, ty]
}

describe('camera motion', () => {
  it.for([
    { name: 'a slow pan', motion: turn(0, 1, 0.3, 0) },
    { name: 'a fast pan', motion: turn(0, 1, -11.3, 2.6) },
    { name: 'a zoom', motion: turn(0, 1.02, -3, -2) },
    { name: 'a turn', motion: turn(1, 1, 4, -1.5) },
    { name: 'all of it', motion: turn(-0.6, 0.985, 6, 3.2) },
  ])('$name is measured to a fifth of a pixel at the corners', ({ motion }) => {
    const { camera } = cameraMotion(first, picture(motion, 3, 7))
    expect(camera && disagreement(camera, motion)).toBeLessThan(0.2)
  })

  it('is exactly none when only noise differs', () => {
    const before = pyramidOf(picture(STANDING, 6, 3), 3)
    for (const seed of [11, 12, 13, 14]) {
      expect(cameraMotion(before, picture(STANDING, 6, seed)).camera).toEqual(STANDING)
    }
  })

  it('is that of the background when a third of the picture is people, boxed or not', () => {
    const motion = turn(0, 1, 5.5, -1)
    const moved = picture(motion, 2, 5)
    const people = [40, 130, 220].map((x) => ({ x, y: 30, width: 50, height: 130 }))
    const crowd = picture(turn(0, 1, -6, 2), 2, 9)
    for (const { x, y, width, height } of people) {
      for (let row = y; row < y + height; row++) {
        for (let at = row * WIDTH + x; at < row * WIDTH + x + width; at++) moved.data[at] = crowd.data[at] ?? 0
      }
    }
    const boxes = people.map(
      ({ x, y, width, height }) => [x, y, x + width, y + height] as [number, number, number, number],
    )
    for (const foreground of [[], boxes]) {
      const { camera } = cameraMotion(first, moved, foreground)
      expect(camera && disagreement(camera, motion)).toBeLessThan(0.3)
    }
  })

  it('is not known across a cut, on an even wall, and for the first picture', () => {
    const elsewhere = picture([1, 0, 5000, 0, 1, 9000])
    expect(cameraMotion(first, elsewhere).camera).toBeUndefined()
    const wall: LumaPlane = { width: WIDTH, height: HEIGHT, data: new Float32Array(WIDTH * HEIGHT).fill(90) }
    expect(cameraMotion(pyramidOf(wall, 3), wall).camera).toBeUndefined()
    expect(cameraMotion(undefined, wall).camera).toBeUndefined()
  })

  it('is not known in pictures that are too small to tell, whatever their shape', () => {
    for (const [width, height] of [
      [1, 1],
      [12, 300],
      [300, 12],
      [13, 4000],
    ] as const) {
      const sliver: LumaPlane = {
        width,
        height,
        data: new Float32Array(width * height).map((_, at) => (at * 37) % 251),
      }
      expect(cameraMotion(pyramidOf(sliver, 3), sliver).camera).toBeUndefined()
    }
  })
})
