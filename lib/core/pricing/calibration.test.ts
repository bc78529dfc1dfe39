import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type TaskName, TaskRequest } from '#lib/contracts/tasks/index.ts'
import {
  calibrate,
  calibrationClass,
  type Measurement,
  RUNS_KEPT,
  RUNS_NEEDED,
  RUNS_PER_USER,
  resolutionClass,
  SHORTEST_WORK_S,
} from './calibration.ts'
import { describeQuote } from './describe-quote.ts'
import { quotePrice } from './quote-price.ts'
import { UNCALIBRATED_GPU_MS_PER_VIDEO_S } from './rate-card.ts'

const upscale = (params: object = {}) => TaskRequest.parse({ task: 'upscale', params })
const facts = (durationS: number, width = 1280, height = 720) => ({
  duration_s: durationS,
  frames: Math.round(durationS * 30),
  width,
  height,
})
const cls = calibrationClass(upscale(), facts(30), 'a40')
const TABLE = UNCALIBRATED_GPU_MS_PER_VIDEO_S.upscale

/** Runs of different people at these rates, ms per second of base material. */
const runsAt = (rates: readonly number[], user?: string): Measurement[] =>
  rates.map((rate, i) => ({ userId: user ?? `u${i}`, workSeconds: 10, gpuMs: Math.round(rate * 10) }))

test('too few runs leave the table alone', () => {
  const few = calibrate(cls, runsAt(Array(RUNS_NEEDED - 1).fill(100)))
  expect(few).toMatchObject({ runs: 0, expectedMsPerWorkS: TABLE, ceilingMsPerWorkS: 5 * TABLE, ceilingStartMs: 0 })
})

test('with enough runs the price moves towards them, the more the nearer', () => {
  const after = (count: number) => calibrate(cls, runsAt(Array(count).fill(500)))
  expect(after(10)).toMatchObject({ runs: 10, medianMsPerWorkS: 500, p90MsPerWorkS: 500, expectedMsPerWorkS: 1500 })
  expect(after(20).expectedMsPerWorkS).toBe(1250)
  expect(after(180).expectedMsPerWorkS).toBeCloseTo(650)
  expect(after(10).ceilingMsPerWorkS).toBeCloseTo((1 / 3) * 625 + (2 / 3) * 10_000)
})

test('the ceiling follows the slow tenth and never falls below what the table expects', () => {
  const slow = [...Array(80).fill(2_000), ...Array(20).fill(9_000)]
  expect(calibrate(cls, runsAt(slow))).toMatchObject({ medianMsPerWorkS: 2_000, p90MsPerWorkS: 9_000 })
  expect(calibrate(cls, runsAt(slow)).ceilingMsPerWorkS).toBeGreaterThan(9_000)
  expect(calibrate(cls, runsAt(Array(200).fill(20))).ceilingMsPerWorkS).toBe(TABLE)
})

test('a wedged GPU among many runs changes nothing', () => {
  const honest = Array.from({ length: 60 }, (_, i) => 1_800 + i * 5)
  const wedged = [...honest.slice(0, 58), 35_000, 39_000]
  const [calm, upset] = [calibrate(cls, runsAt(honest)), calibrate(cls, runsAt(wedged))]
  expect(upset.medianMsPerWorkS).toBe(calm.medianMsPerWorkS)
  expect(upset.p90MsPerWorkS).toBe(calm.p90MsPerWorkS)
})

test('what no GPU of the card can have done is not counted, nor are runs that were mostly start-up', () => {
  const absurd = [...Array(20).fill(TABLE * 21), ...Array(20).fill(TABLE / 250)]
  expect(calibrate(cls, runsAt(absurd)).runs).toBe(0)
  const short = Array.from({ length: 50 }, (_, i) => ({
    userId: `u${i}`,
    workSeconds: SHORTEST_WORK_S - 0.1,
    gpuMs: 6_000,
  }))
  expect(calibrate(cls, short).runs).toBe(0)
})

test('one person or two, however busy, set nobody a price; three do', () => {
  const busy = (user: string) => runsAt(Array(40).fill(20), user)
  const alone = { runs: 0, expectedMsPerWorkS: TABLE, ceilingMsPerWorkS: 5 * TABLE }
  expect(calibrate(cls, busy('a'))).toMatchObject(alone)
  expect(calibrate(cls, [...busy('a'), ...busy('b')])).toMatchObject(alone)
  expect(calibrate(cls, [...busy('a'), ...busy('b'), ...runsAt([20], 'c')]).runs).toBe(2 * RUNS_PER_USER + 1)
  // What is not counted makes nobody a third.
  expect(calibrate(cls, [...busy('a'), ...busy('b'), ...runsAt([TABLE * 21], 'c')])).toMatchObject(alone)
})

test('one person counts at most twenty times, and only the newest two hundred runs count at all', () => {
  const others = runsAt(Array(10).fill(500))
  expect(calibrate(cls, [...others, ...runsAt(Array(150).fill(500), 'one')]).runs).toBe(10 + RUNS_PER_USER)
  expect(calibrate(cls, runsAt([...Array(RUNS_KEPT).fill(500), ...Array(50).fill(4_000)]))).toMatchObject({
    runs: RUNS_KEPT,
    p90MsPerWorkS: 500,
  })
})

test('runs are compared by task, network, scale, faces, size and GPU', () => {
  expect(cls).toEqual({ task: 'upscale', model: 'reelsr-std ×4', resolutionClass: 'hd', gpuClass: 'a40' })
  expect(calibrationClass(upscale({ scale: 2, face_enhance: true }), facts(1, 1080, 1920), 'a40')).toMatchObject({
    model: 'reelsr-std ×2 faces',
    resolutionClass: 'full_hd',
  })
  const exported = TaskRequest.parse({ task: 'export', params: { upscale: true } })
  expect(calibrationClass(exported, facts(1), 'a40').model).toBe('reelsr-std')
  expect(calibrationClass(TaskRequest.parse({ task: 'track', params: {} }), facts(1), 'a40').model).toBe('')
  expect([resolutionClass(1), resolutionClass(3840 * 2160), resolutionClass(7680 * 4320)]).toEqual([
    'sd',
    'ultra_hd',
    'beyond',
  ])
})

test('a quote says what it was measured from, and its lines add up', () => {
  const price = quotePrice({
    request: upscale(),
    facts: facts(30),
    gpuClass: 'a40',
    calibration: calibrate(cls, runsAt(Array(57).fill(500))),
  })
  const { breakdown } = describeQuote(price)
  expect(breakdown[0]?.detail).toContain('measured from 57 finished jobs')
  expect(breakdown[1]?.detail).toContain('nine of ten')
  expect(breakdown.reduce((sum, line) => sum + line.amount_micros, 0)).toBe(price.ceilingMicros)
  expect(
    describeQuote(quotePrice({ request: upscale(), facts: facts(30), gpuClass: 'a40' })).breakdown[0]?.detail,
  ).toContain('too few jobs')
})

describe('whatever the runs were', () => {
  const anyRun = fc.record({
    userId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
    workSeconds: fc.double({ min: 0.01, max: 100_000, noNaN: true }),
    gpuMs: fc.integer({ min: 1, max: 100_000_000 }),
  })
  const likely = fc.record({
    userId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
    workSeconds: fc.double({ min: 3, max: 5_000, noNaN: true }),
    gpuMs: fc.integer({ min: 100, max: 20_000_000 }),
  })
  const runs = fc.oneof(fc.array(anyRun, { maxLength: 250 }), fc.array(likely, { minLength: 30, maxLength: 250 }))
  const anyTask = fc.constantFrom<TaskName>('upscale', 'track', 'export', 'auto_crop', 'detect_scenes')

  test('ceiling ≥ estimate ≥ minimum, the ceiling covers the table, and the same runs give the same price', () => {
    fc.assert(
      fc.property(runs, anyTask, fc.double({ min: 0.04, max: 7_200, noNaN: true }), (measured, task, durationS) => {
        const request = TaskRequest.parse({ task, params: {} })
        const given = { request, facts: facts(durationS), gpuClass: 'a40' } as const
        const calibration = calibrate(calibrationClass(request, given.facts, 'a40'), measured)
        const price = quotePrice({ ...given, calibration })
        expect(price.ceilingMicros).toBeGreaterThanOrEqual(price.estimateMicros)
        expect(price.estimateMicros).toBeGreaterThanOrEqual(price.minimumMicros)
        expect(price.ceilingGpuMs).toBeGreaterThanOrEqual(quotePrice(given).expectedGpuMs)
        expect(price.executionTimeoutMs).toBe(3 * price.ceilingGpuMs)
        expect(quotePrice({ ...given, calibration: calibrate(calibration, measured) })).toEqual(price)
      }),
    )
  })

  test('a longer video never costs less', () => {
    const length = fc.double({ min: 0.04, max: 7_200, noNaN: true })
    fc.assert(
      fc.property(runs, length, length, (measured, one, other) => {
        const calibration = calibrate(cls, measured)
        const price = (durationS: number) =>
          quotePrice({ request: upscale(), facts: facts(durationS), gpuClass: 'a40', calibration })
        const [shorter, longer] = [price(Math.min(one, other)), price(Math.max(one, other))]
        // Frames are whole numbers, so half a frame may be rounded either way.
        const slackMicros = (0.5 / 30) * 100_000 * 0.75
        expect(longer.ceilingMicros).toBeGreaterThanOrEqual(shorter.ceilingMicros - slackMicros)
        expect(longer.estimateMicros).toBeGreaterThanOrEqual(shorter.estimateMicros - slackMicros)
      }),
    )
  })
})
