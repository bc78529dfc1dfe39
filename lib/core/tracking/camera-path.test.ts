import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { followCrowd, integrateCamera, project, stabilise, stillCamera } from './camera-path.ts'
import type { Affine } from './types.ts'

const times = (frames: number) => Array.from({ length: frames }, (_, at) => at / 25)
const seen = (at: number, x: number, y: number, height = 100) => ({
  at,
  timeS: at / 25,
  x,
  y,
  width: height / 2,
  height,
  score: 1,
})

describe('a measured camera', () => {
  test('keeps what stands still in its place while it pans, zooms and rolls', () => {
    const roll = 0.01
    const zoom = 1.004
    const step: Affine = [
      zoom * Math.cos(roll),
      -zoom * Math.sin(roll),
      -7,
      zoom * Math.sin(roll),
      zoom * Math.cos(roll),
      2,
    ]
    const frames = 20
    const steps = Array.from({ length: frames }, () => step)
    const path = integrateCamera(steps, times(frames), 1280, 720)
    let [x, y, height] = [600, 300, 90]
    const first = stabilise(path, seen(0, x, y, height))
    for (let at = 1; at < frames; at++) {
      ;[x, y] = [step[0] * x + step[1] * y + step[2], step[3] * x + step[4] * y + step[5]]
      height *= zoom
      const now = stabilise(path, seen(at, x, y, height))
      // The leak lets the linear part drift by a little.
      expect(Math.hypot(now.x - first.x, now.y - first.y)).toBeLessThan(2)
      expect(now.height / first.height).toBeCloseTo(1, 2)
    }
  })

  test('is undone exactly by projecting back', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
    const step = fc.tuple(
      number(0.8, 1.2),
      number(-0.1, 0.1),
      number(-50, 50),
      number(-0.1, 0.1),
      number(0.8, 1.2),
      number(-50, 50),
    )
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 2, maxLength: 40 }),
        number(-100, 2000),
        number(5, 500),
        (steps, x, height) => {
          const path = integrateCamera(steps, times(steps.length), 1280, 720)
          const at = steps.length - 1
          const back = project(path, at, stabilise(path, seen(at, x, 400, height)))
          expect(back.x).toBeCloseTo(x, 5)
          expect(back.y).toBeCloseTo(400, 5)
          expect(back.height).toBeCloseTo(height, 5)
        },
      ),
    )
  })

  test('stays sound over an hour of biased steps, and through steps that are no camera motion', () => {
    const frames = 90_000
    const steps: Affine[] = Array.from({ length: frames }, (_, at) =>
      at % 1000 === 0 ? [0, 0, Number.NaN, 0, 0, 0] : [0.99, 0, 1, 0, 0.99, 0],
    )
    const path = integrateCamera(steps, times(frames), 1280, 720)
    const last = stabilise(path, seen(frames - 1, 640, 360))
    expect(last.height).toBeGreaterThan(10)
    expect(last.height).toBeLessThan(1000)
    expect(Number.isFinite(last.x)).toBe(true)
  })
})

describe('the crowd', () => {
  const walk = (speeds: readonly number[], pan: (at: number) => number) =>
    speeds.map((speed, index) =>
      Array.from({ length: 50 }, (_, at) => seen(at, 100 * index + speed * at + pan(at), 300)),
    )

  test('tells the camera’s motion: players who stand still do so again when it is taken out', () => {
    const pan = (at: number) => 60 * Math.sin(at / 4)
    const tracklets = walk([0, 0, 0, 0, 0, 2, -2], pan)
    const path = followCrowd(stillCamera(50), tracklets)
    const steps = (tracklets[0] ?? []).map((one) => stabilise(path, one).x)
    const moved = Math.max(...steps) - Math.min(...steps)
    // Seven tracks: two ninths of the motion are not believed.
    expect(moved).toBeLessThan(0.3 * 120)
  })

  test('of one is no crowd', () => {
    const path = followCrowd(
      stillCamera(50),
      walk([5], () => 0),
    )
    const last = stabilise(path, seen(49, 245, 300))
    expect(last.x).toBeGreaterThan(0.6 * 245)
  })
})
