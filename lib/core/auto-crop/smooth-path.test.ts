import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PathProblem, smoothPath } from './smooth-path.ts'

function problem(target: readonly number[], changes: Partial<PathProblem> = {}): PathProblem {
  const row = (value: number): Float64Array => new Float64Array(target.length).fill(value)
  return {
    stepS: 0.04,
    target: Float64Array.from(target),
    weight: row(1),
    deadZone: 0.08,
    corridors: [],
    low: row(0),
    high: row(4),
    maxSpeed: row(1.5),
    timeConstantS: 0.4,
    turnCost: 0.05,
    ...changes,
  }
}

const seconds = (count: number, value: (timeS: number) => number): number[] =>
  Array.from({ length: Math.round(count * 25) + 1 }, (_, i) => value(i * 0.04))
const movement = (path: Float64Array): number[] => [...path.subarray(1)].map((value, i) => value - (path[i] ?? 0))
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + Math.abs(value), 0)

describe('a camera', () => {
  it('stands still while the subject stays in the dead zone', () => {
    const path = smoothPath(problem(seconds(6, (t) => 2 + 0.06 * Math.sin(3 * t))))
    expect(total(movement(path))).toBeLessThan(0.01)
  })

  it('starts as long before a jump as it arrives after it: no lag', () => {
    const path = smoothPath(problem(seconds(8, (t) => (t < 4 ? 1 : 2.2))))
    expect(path[100]).toBeCloseTo(1.6, 1)
    expect(Math.abs((path[0] ?? 0) - 1)).toBeLessThan(0.12)
    expect(Math.abs((path.at(-1) ?? 0) - 2.2)).toBeLessThan(0.12)
  })

  it('overtakes a pan at its limit of speed only with the margin of a penalty', () => {
    const path = smoothPath(
      problem(
        seconds(8, (t) => (t < 4 ? 0.6 : 3.4)),
        { maxSpeed: new Float64Array(201).fill(0.8) },
      ),
    )
    expect(Math.max(...movement(path)) / 0.04).toBeLessThan(0.85)
  })

  it('keeps what must be in frame inside, even where that is not calm', () => {
    const ball = seconds(8, (t) => 2 + 1.2 * Math.sin(t))
    const corridor = {
      low: Float64Array.from(ball, (x) => x - 0.3),
      high: Float64Array.from(ball, (x) => x + 0.3),
      weight: 150,
    }
    const calm = seconds(8, () => 2)
    const path = smoothPath(problem(calm, { corridors: [corridor] }))
    for (const [i, x] of path.entries()) expect(Math.abs(x - (ball[i] ?? 0))).toBeLessThan(0.31)
  })

  it('waits where nothing is known and goes nowhere', () => {
    const path = smoothPath(problem(seconds(9, (t) => (t > 3 && t < 6 ? Number.NaN : 1.5))))
    for (const x of path) expect(Math.abs(x - 1.5)).toBeLessThan(0.1)
    const blind = smoothPath(problem(seconds(3, () => Number.NaN)))
    for (const x of blind) expect(x).toBeCloseTo(2, 6)
  })

  it('has an answer for one frame, and for two', () => {
    expect(smoothPath(problem([1]))[0]).toBeCloseTo(1, 1)
    expect(smoothPath(problem([1, 1.1]))).toHaveLength(2)
  })
})

const walk = fc.array(fc.double({ min: -0.3, max: 0.3, noNaN: true }), { minLength: 8, maxLength: 120 }).map((moves) =>
  moves.reduce<number[]>((path, move) => {
    path.push(Math.min(4, Math.max(0, (path.at(-1) ?? 2) + move)))
    return path
  }, []),
)

describe('any subject', () => {
  it('is filmed the same backwards: the smoothing has no phase', () => {
    fc.assert(
      fc.property(walk, (target) => {
        const forwards = smoothPath(problem(target))
        const backwards = smoothPath(problem(target.toReversed())).toReversed()
        for (const [i, x] of forwards.entries()) expect(Math.abs(x - (backwards[i] ?? 9))).toBeLessThan(0.01)
      }),
      { numRuns: 60 },
    )
  })

  it('is never filmed from outside the frame', () => {
    fc.assert(
      fc.property(walk, (target) => {
        for (const x of smoothPath(problem(target))) {
          expect(x).toBeGreaterThan(-0.05)
          expect(x).toBeLessThan(4.05)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('is filmed with less jerk the longer the time constant', () => {
    const jerk = (path: Float64Array): number => {
      const third = movement(Float64Array.from(movement(Float64Array.from(movement(path)))))
      return third.reduce((sum, value) => sum + value * value, 0)
    }
    fc.assert(
      fc.property(walk, (target) => {
        const [quick = 0, ...calmer] = [0.1, 0.3, 0.9].map((timeConstantS) =>
          jerk(smoothPath(problem(target, { timeConstantS, turnCost: 0 }))),
        )
        calmer.reduce((before, now) => {
          expect(now).toBeLessThanOrEqual(before * 1.02 + 1e-9)
          return now
        }, quick)
      }),
      { numRuns: 40 },
    )
  })
})
