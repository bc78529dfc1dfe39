import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BOX_STATE_SIZE,
  createTransition,
  fusePair,
  type MotionNoise,
  predictState,
  setTransition,
  startState,
  stateMismatch,
  updateState,
} from './kalman.ts'

const NOISE: MotionNoise = {
  centre: 0.05,
  width: 0.1,
  height: 0.05,
  accelerationX: 1,
  accelerationY: 0.5,
  accelerationWidth: 1,
  accelerationHeight: 1,
  memoryS: 1,
  sizeMemoryS: 0.5,
  startSpeed: 2,
  startSizeSpeed: 0.5,
}
const STEADY: MotionNoise = { ...NOISE, memoryS: Number.POSITIVE_INFINITY }

function stateOf(...pair: number[]): Float64Array {
  const state = new Float64Array(BOX_STATE_SIZE)
  state.set(pair)
  state[15] = 100
  for (const at of [5, 10, 15]) {
    state[at + 2] = 1
    state[at + 4] = 1
  }
  return state
}

function predicted(state: Float64Array, dtS: number, noise: MotionNoise): Float64Array {
  const transition = createTransition()
  setTransition(transition, dtS, noise)
  const result = new Float64Array(BOX_STATE_SIZE)
  predictState(state, 0, result, 0, transition, noise)
  return result
}

const span = fc.double({ min: 0.001, max: 3, noNaN: true })

describe('prediction', () => {
  test('without forgetting is constant velocity with white acceleration, in closed form', () => {
    fc.assert(
      fc.property(span, fc.double({ min: -500, max: 500, noNaN: true }), (dt, velocity) => {
        const next = predicted(stateOf(10, velocity, 4, 1, 9), dt, STEADY)
        const density = 100 ** 2
        expect(next[0]).toBeCloseTo(10 + velocity * dt, 6)
        expect(next[1]).toBeCloseTo(velocity, 9)
        expect(next[2]).toBeCloseTo(4 + 2 * dt + 9 * dt * dt + (density * dt ** 3) / 3, 6)
        expect(next[3]).toBeCloseTo(1 + 9 * dt + (density * dt * dt) / 2, 6)
        expect(next[4]).toBeCloseTo(9 + density * dt, 6)
      }),
    )
  })

  test('two steps are as good as one of the same length, however it is parted', () => {
    fc.assert(
      fc.property(span, span, fc.constantFrom(NOISE, STEADY, { ...NOISE, memoryS: 0.1 }), (first, second, noise) => {
        const start = stateOf(5, 80, 3, -2, 50)
        const once = predicted(start, first + second, noise)
        const twice = predicted(predicted(start, first, noise), second, noise)
        for (let index = 0; index < 5; index++) {
          const [a, b] = [once[index] ?? 0, twice[index] ?? 0]
          expect(Math.abs(a - b)).toBeLessThan(1e-4 * (1 + Math.abs(a)))
        }
      }),
    )
  })

  test('a forgotten velocity settles at the spread of the process, and the place stops moving', () => {
    const far = predicted(stateOf(0, 300, 1, 0, 1), 50, NOISE)
    expect(far[0]).toBeCloseTo(300 * NOISE.memoryS, 3)
    expect(far[1]).toBeCloseTo(0, 6)
    expect(far[4]).toBeCloseTo((100 ** 2 * NOISE.memoryS) / 2, 3)
  })
})

describe('measurement', () => {
  test('weighs prediction and measurement by their variances, in closed form', () => {
    const state = stateOf(50, 20, 16, 8, 25)
    state[10] = 40
    updateState(state, 0, 60, 0, 40, 100, NOISE, 1)
    const measured = (0.05 * 40) ** 2
    const gain = 16 / (16 + measured)
    expect(state[0]).toBeCloseTo(50 + gain * 10, 9)
    expect(state[1]).toBeCloseTo(20 + (8 / (16 + measured)) * 10, 9)
    expect(state[2]).toBeCloseTo((16 * measured) / (16 + measured), 9)
    expect(state[4]).toBeCloseTo(25 - 64 / (16 + measured), 9)
  })

  test('many exact measurements of steady motion find its velocity', () => {
    const state = new Float64Array(BOX_STATE_SIZE)
    const transition = createTransition()
    setTransition(transition, 0.04, STEADY)
    startState(state, 0, 100, 200, 40, 100, STEADY, 1)
    for (let step = 1; step <= 100; step++) {
      predictState(state, 0, state, 0, transition, STEADY)
      updateState(state, 0, 100 + 3 * step, 200 - step, 40, 100, STEADY, 1)
    }
    expect(state[1]).toBeCloseTo(75, 2)
    expect(state[6]).toBeCloseTo(-25, 2)
    expect(state[0]).toBeCloseTo(400, 2)
  })
})

/** Rauch–Tung–Striebel smoothing of one coordinate, written with explicit 2×2 algebra. */
function smoothReference(measured: readonly number[], dt: number, variance: number, density: number, prior: number) {
  type State = { m: [number, number]; p: [number, number, number] }
  const filtered: State[] = []
  const ahead: State[] = []
  measured.forEach((z, index) => {
    const before = filtered[index - 1]
    if (before === undefined) {
      filtered.push({ m: [z, 0], p: [variance, 0, prior] })
      ahead.push({ m: [z, 0], p: [variance, 0, prior] })
      return
    }
    const [a, b, c] = before.p
    const m: [number, number] = [before.m[0] + dt * before.m[1], before.m[1]]
    const p: [number, number, number] = [
      a + 2 * dt * b + dt * dt * c + (density * dt ** 3) / 3,
      b + dt * c + (density * dt ** 2) / 2,
      c + density * dt,
    ]
    ahead.push({ m, p })
    const k = [p[0] / (p[0] + variance), p[1] / (p[0] + variance)] as const
    filtered.push({
      m: [m[0] + k[0] * (z - m[0]), m[1] + k[1] * (z - m[0])],
      p: [(1 - k[0]) * p[0], (1 - k[0]) * p[1], p[2] - k[1] * p[1]],
    })
  })
  const smooth = filtered.map(({ m }) => m)
  for (let index = measured.length - 2; index >= 0; index--) {
    const [now, next, later] = [filtered[index], ahead[index + 1], smooth[index + 1]]
    if (!now || !next || !later) throw new Error('unreachable')
    const [a, b, c] = now.p
    const [p, q, r] = next.p
    const determinant = p * r - q * q
    // C = P Fᵀ (P⁻)⁻¹, with P Fᵀ = [[a + b dt, b], [b + c dt, c]].
    const rows = [
      [a + b * dt, b],
      [b + c * dt, c],
    ] as const
    const gain = rows.map(([u, v]) => [(u * r - v * q) / determinant, (v * p - u * q) / determinant] as const)
    const error = [later[0] - next.m[0], later[1] - next.m[1]] as const
    smooth[index] = gain.map((g, i) => (now.m[i] ?? 0) + g[0] * error[0] + g[1] * error[1]) as [number, number]
  }
  return smooth.map(([position]) => position)
}

test('fusing a forward and a backward filter gives what Rauch, Tung and Striebel’s smoother gives', () => {
  const measured = [3, 9, 14, 22, 25, 33, 41, 44]
  // A loose prior, for the backward filter starts from one of its own, which the smoother does not have.
  const noise = { ...STEADY, startSpeed: 1e4 }
  const dt = 0.04
  const run = (values: readonly number[]) => {
    const transition = createTransition()
    setTransition(transition, dt, noise)
    const states: { filtered: Float64Array; ahead: Float64Array }[] = []
    values.forEach((z, index) => {
      const state = new Float64Array(BOX_STATE_SIZE)
      const before = states[index - 1]
      if (before) predictState(before.filtered, 0, state, 0, transition, noise)
      const ahead = state.slice()
      if (before) updateState(state, 0, z, 0, 40, 100, noise, 1)
      else startState(state, 0, z, 0, 40, 100, noise, 1)
      // Sizes play no part here: keep them exact so that the noise is that of the reference.
      state[10] = 40
      state[15] = 100
      states.push({ filtered: state, ahead })
    })
    return states
  }
  const past = run(measured)
  const future = run([...measured].reverse()).reverse()
  const expected = smoothReference(measured, dt, (0.05 * 40) ** 2, 100 ** 2, (1e4 * 100) ** 2)
  const target = new Float64Array(2)
  for (let index = 0; index < measured.length - 1; index++) {
    const [before, after] = [past[index], future[index]]
    if (!before || !after) throw new Error('unreachable')
    fusePair(before.filtered, 0, after.ahead, 0, target)
    expect(target[0]).toBeCloseTo(expected[index] ?? Number.NaN, 3)
    expect(target[1]).toBeLessThan(before.filtered[2] ?? 0)
  }
})

test('states that continue each other mismatch less than ones that do not', () => {
  const past = stateOf(100, 50, 4, 1, 20)
  const backwards = stateOf(100, -50, 4, -1, 20)
  const same = stateMismatch(past, 0, backwards, 0, 100, 1)
  expect(stateMismatch(past, 0, stateOf(140, -50, 4, -1, 20), 0, 100, 1)).toBeGreaterThan(same + 3)
  expect(stateMismatch(past, 0, stateOf(100, 50, 4, -1, 20), 0, 100, 1)).toBeGreaterThan(same + 3)
})
